//! Regions and their host names.

use convmark::{Region, Revision};

#[test]
fn every_region_is_its_host_name() {
    let expected = [
        (Region::China, "console.tim.qq.com", true, true),
        (Region::Singapore, "adminapisgp.im.qcloud.com", true, true),
        (Region::Seoul, "adminapikr.im.qcloud.com", true, true),
        (Region::Frankfurt, "adminapiger.im.qcloud.com", true, true),
        (Region::SiliconValley, "adminapiusa.im.qcloud.com", true, true),
        (Region::Mumbai, "adminapiind.im.qcloud.com", true, false),
        (Region::Tokyo, "adminapijpn.im.qcloud.com", false, true),
        (Region::Jakarta, "adminapiidn.im.qcloud.com", false, true),
    ];
    assert_eq!(Region::all(), expected.map(|(region, ..)| region));
    for (region, host, old, new) in expected {
        assert_eq!((region.host(), region.to_string().as_str()), (host, host));
        assert_eq!((region.is_listed_in(Revision::V2023_03), region.is_listed_in(Revision::V2026_04)), (old, new));
        assert_eq!(host.parse(), Ok(region));
        let json = serde_json::to_string(&region).unwrap();
        assert_eq!(json, format!("{host:?}"));
        assert_eq!(serde_json::from_str::<Region>(&json).unwrap(), region);
    }
}

#[test]
fn near_misses_are_no_regions() {
    for host in [
        "",
        "Console.tim.qq.com",
        "console.tim.qq.com.",
        " console.tim.qq.com",
        "console.tim.qq.com:443",
        "https://console.tim.qq.com",
    ] {
        let error = host.parse::<Region>().unwrap_err();
        assert!(error.to_string().contains("console.tim.qq.com"), "{host}");
        assert!(serde_json::from_str::<Region>(&format!("{host:?}")).is_err(), "{host}");
    }
}
