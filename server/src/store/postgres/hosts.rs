//! The hosts of a connection string, one by one.

use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// One configuration for each host. The driver tries several one after another without a time for
/// each that includes TLS and login.
pub(super) fn each_host(all: &Config) -> Vec<Config> {
    let (hosts, addresses, ports) = (all.get_hosts(), all.get_hostaddrs(), all.get_ports());
    (0..hosts.len().max(addresses.len()))
        .map(|place| {
            let mut one = Config::new();
            match hosts.get(place) {
                Some(Host::Tcp(name)) => drop(one.host(name)),
                #[cfg(unix)]
                Some(Host::Unix(path)) => drop(one.host_path(path)),
                None => {}
            }
            if let Some(address) = addresses.get(place) {
                one.hostaddr(*address);
            }
            if let Some(port) = ports.get(place).or_else(|| ports.first()) {
                one.port(*port);
            }
            copy(all, &mut one);
            one
        })
        .collect()
}

/// Everything but hosts and ports.
fn copy(from: &Config, to: &mut Config) {
    if let Some(user) = from.get_user() {
        to.user(user);
    }
    if let Some(password) = from.get_password() {
        to.password(password);
    }
    if let Some(database) = from.get_dbname() {
        to.dbname(database);
    }
    if let Some(options) = from.get_options() {
        to.options(options);
    }
    if let Some(name) = from.get_application_name() {
        to.application_name(name);
    }
    if let Some(time) = from.get_connect_timeout() {
        to.connect_timeout(*time);
    }
    if let Some(time) = from.get_tcp_user_timeout() {
        to.tcp_user_timeout(*time);
    }
    if let Some(time) = from.get_keepalives_interval() {
        to.keepalives_interval(time);
    }
    if let Some(retries) = from.get_keepalives_retries() {
        to.keepalives_retries(retries);
    }
    to.ssl_mode(from.get_ssl_mode())
        .ssl_negotiation(from.get_ssl_negotiation())
        .keepalives(from.get_keepalives())
        .keepalives_idle(from.get_keepalives_idle())
        .target_session_attrs(from.get_target_session_attrs())
        .channel_binding(from.get_channel_binding())
        .load_balance_hosts(from.get_load_balance_hosts());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_host_has_everything_else() {
        let url = "postgres://u:p@h1:1,h2/d?options=-ca%3Db&application_name=n&connect_timeout=2&\
                   tcp_user_timeout=3&keepalives_idle=4&keepalives_interval=5&keepalives_retries=6&\
                   sslmode=require&channel_binding=require&target_session_attrs=read-write";
        let all: Config = url.parse().unwrap();
        let expected =
            ["h1:1", "h2:5432"].map(|host| url.replace("h1:1,h2", host).parse::<Config>().unwrap());
        assert!(each_host(&all) == expected);
    }
}
