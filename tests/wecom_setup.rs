//! `init wecom` and `doctor wecom`, as an admin meets them at the terminal.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use testkit::fake::wecom::{FakeLink, FakeWecom};

/// Runs the program in a folder with these lines as its input; answers its exit code and everything that it said.
pub(crate) async fn run(folder: &Path, args: &[&str], input: &str) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deskmate"));
    command
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let input = input.to_owned();
    // The fakes live in this process, so it must not block.
    let output = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().expect("the program starts");
        child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("it reads");
        child.wait_with_output().expect("it ends")
    });
    let output = output.await.expect("no panic");
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).expect("words"))
}

#[tokio::test(flavor = "multi_thread")]
async fn init_tries_the_credentials_and_writes_only_what_works() {
    let fake = FakeLink::start("BOT-1", "s-2026").await;
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let url = fake.url();
    let init = ["init", "wecom", "--stream-url", &url];
    // Wrong, empty, with a blank: nothing is written, and the secret is not repeated.
    for (input, expected) in [
        ("BOT-1\nhunter2\n咨询部助手\n", "40001"),
        ("BOT-1\n\n咨询部助手\n", "Secret 不能为空"),
        ("BOT 1\nhunter2\n咨询部助手\n", "BotID 不能为空"),
        ("BOT-1\nhunter2\n\n", "名字不能为空"),
    ] {
        let (code, said) = run(at, &init, input).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(expected) && !said.contains("hunter2"), "{said}");
        assert_eq!(std::fs::read_dir(at).unwrap().count(), 0, "{said}");
    }
    let (code, said) = run(at, &init, "BOT-1\ns-2026\n@咨询部助手\n").await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("deskmate serve") && !said.contains("s-2026"), "{said}");
    let config = std::fs::read_to_string(at.join("config.toml")).unwrap();
    assert!(config.contains("bot_id = \"BOT-1\"") && !config.contains("s-2026"), "{config}");
    assert!(config.contains("bot_names = [\"咨询部助手\"]"), "{config}");
    let secret = at.join("wecom-main.secret");
    assert_eq!(std::fs::read_to_string(&secret).unwrap().trim(), "s-2026");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let (code, said) = run(at, &["check-config"], "").await;
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(at, &init, "BOT-1\ns-2026\n咨询部助手\n").await;
    assert!(code == Some(1) && said.contains("--name"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_tells_what_is_wrong_and_what_to_do() {
    let fake = FakeLink::start("BOT-1", "s-2026").await;
    let api = FakeWecom::start().await;
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let url = fake.url();
    let (_, said) = run(at, &["init", "wecom", "--stream-url", &url], "BOT-1\ns-2026\n咨询部助手\n").await;
    assert!(said.contains("连上了"), "{said}");
    let config = std::fs::read_to_string(at.join("config.toml")).unwrap();
    std::fs::write(at.join("config.toml"), format!("{config}api_base = \"{}\"\n", api.api_base())).unwrap();
    let (code, said) = run(at, &["doctor", "wecom"], "").await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("能连上") && said.contains("本机时间") && said.contains("没有发现问题"), "{said}");
    // Only the trial connected.
    assert_eq!(fake.subscriptions(), 2);
    fake.refuse(Some(40_001));
    let (code, said) = run(at, &["doctor", "wecom"], "").await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("40001") && said.contains("核对 BotID 和 Secret"), "{said}");
}
