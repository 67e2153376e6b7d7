//! `init dingtalk` and `doctor dingtalk`, as an admin meets them at the terminal.

use crate::wecom_setup::run;
use testkit::fake::dingtalk::{Event, FakeDingtalk};

#[tokio::test(flavor = "multi_thread")]
async fn init_tries_the_credentials_and_writes_only_what_works() {
    let fake = FakeDingtalk::start().await;
    fake.add_app("dingapp", "s-2026");
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let base = fake.base();
    let init = ["init", "dingtalk", "--api-base", &base];
    // Wrong, empty, with a blank: nothing is written, and the secret is not repeated.
    for (input, expected) in [
        ("dingapp\nhunter2\n", "HTTP 400"),
        ("dingapp\n\n", "Client Secret 不能为空"),
        ("ding app\nhunter2\n", "Client ID 不能为空"),
    ] {
        let (code, said) = run(at, &init, input).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(expected) && !said.contains("hunter2"), "{said}");
        assert_eq!(std::fs::read_dir(at).unwrap().count(), 0, "{said}");
    }
    let (code, said) = run(at, &init, "dingapp\ns-2026\n").await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("deskmate serve") && !said.contains("s-2026"), "{said}");
    let config = std::fs::read_to_string(at.join("config.toml")).unwrap();
    assert!(config.contains("client_id = \"dingapp\"") && !config.contains("s-2026"), "{config}");
    let secret = at.join("dingtalk-main.secret");
    assert_eq!(std::fs::read_to_string(&secret).unwrap().trim(), "s-2026");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let (code, said) = run(at, &["check-config"], "").await;
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(at, &init, "dingapp\ns-2026\n").await;
    assert!(code == Some(1) && said.contains("--name"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_tells_what_is_wrong_and_what_to_do() {
    let fake = FakeDingtalk::start().await;
    fake.add_app("dingapp", "s-2026");
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let base = fake.base();
    let (_, said) = run(at, &["init", "dingtalk", "--api-base", &base], "dingapp\ns-2026\n").await;
    assert!(said.contains("连上了"), "{said}");
    let (code, said) = run(at, &["doctor", "dingtalk"], "").await;
    assert_eq!(code, Some(0), "{said}");
    for expected in ["有效", "本机时间", "额度 5000 次", "额度 3000 次", "没有发现问题"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let opened = fake.stream_log().iter().filter(|event| matches!(event, Event::Opened(_))).count();
    assert_eq!(opened, 1, "only the trial connected");
    fake.add_app("dingapp", "another");
    let (code, said) = run(at, &["doctor", "dingtalk"], "").await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("核对 Client ID") && !said.contains("s-2026"), "{said}");
}
