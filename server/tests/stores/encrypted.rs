//! TLS to PostgreSQL.

use convmark_server::store::postgres::{PostgresOptions, PostgresStore};

use crate::cluster::Cluster;
use crate::helpers::append;

/// A certificate for `localhost`, and an authority that did not make it.
#[tokio::test]
async fn tls_is_used_and_verified_as_sslmode_says() {
    let Some(cluster) = Cluster::start(&["fsync=off"]) else { return };
    let ours = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    cluster.write("server.crt", &ours.cert.pem());
    cluster.write("server.key", &ours.signing_key.serialize_pem());
    cluster.set(&["ssl=on"]);
    cluster.kill();
    cluster.restart();
    let place = tempfile::tempdir().unwrap();
    let file = |name, text: String| {
        let path = place.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (ours, other) = (file("ours.pem", ours.cert.pem()), file("other.pem", other.cert.pem()));
    let by_name = cluster.url().replace("127.0.0.1", "localhost");
    let by_address = cluster.url();
    let unknown = "localhost:PORT, database postgres: the certificate of PostgreSQL is by none of the authorities in \
                   sslrootcert: name the file of its authority";
    let of_another = "127.0.0.1:PORT, database postgres: the certificate of PostgreSQL is for another host: connect by a \
                      name that it has, or replace it";
    let cases = [
        (&by_address, "", true, None),
        (&by_address, "sslmode=disable", false, None),
        (&by_address, "sslmode=require", true, None),
        (&by_name, &*format!("sslmode=verify-full&sslrootcert={ours}"), true, None),
        (&by_name, &*format!("sslmode=verify-full&sslrootcert={other}"), true, Some(unknown)),
        (&by_address, &*format!("sslmode=verify-full&sslrootcert={ours}"), true, Some(of_another)),
    ];
    for (number, (url, parameters, is_encrypted, problem)) in cases.into_iter().enumerate() {
        let options = PostgresOptions::parse(&format!("{url}?{parameters}")).unwrap();
        match (PostgresStore::open(&options).await, problem) {
            (Ok(store), None) => {
                store.ready().await.unwrap();
                let found = cluster.sql(
                    "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'convmark-server'",
                );
                assert_eq!(found, if is_encrypted { "t" } else { "f" }, "{parameters}");
                assert_eq!(append(&store, &format!("user{number}"), 0, &["1"]).await, Ok(()));
                drop(store);
                let gone = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'convmark-server'";
                while cluster.sql(gone) != "0" {
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
            }
            (Err(found), Some(problem)) => {
                assert_eq!(found, problem.replace("PORT", &cluster.port.to_string()));
            }
            (Err(found), None) => panic!("{parameters}: {found}"),
            (Ok(_), Some(_)) => panic!("{parameters}: it was opened"),
        }
    }
}
