//! `chartlens registry login` and `logout`: names and passwords in Helm's file.

use super::{Arguments, GENERAL, run};
use crate::commands::Command;
use crate::environment::Environment;
use crate::flags::{Flag, Parsed, Takes};
use crate::references::{PLACES, registry, settings};
use chartlens::log::{Level, Log};
use std::io::IsTerminal as _;

const LOGIN: &[Flag] = &[
    Flag::new("username", Takes::Text, "name to log in with").short('u'),
    Flag::new("password", Takes::Text, "password or identity token; better on standard input").short('p'),
    Flag::new("password-stdin", Takes::Switch, "read the password or identity token from standard input"),
    Flag::new("insecure", Takes::Switch, "take any certificate"),
    Flag::new("ca-file", Takes::Text, "certificates to trust in place of the system's"),
    Flag::new("cert-file", Takes::Text, "certificate of the client"),
    Flag::new("key-file", Takes::Text, "key of the client's certificate"),
    Flag::new("plain-http", Takes::Switch, "speak plain HTTP"),
];

/// The verb.
pub static LOGIN_COMMAND: Command = Command {
    name: "registry login",
    usage: "chartlens registry login [host] [flags]",
    summary: "Log in to a registry, as `helm registry login` does",
    description: "Asks the registry whether it knows name and password, and keeps them where Helm does\n($HELM_REGISTRY_CONFIG, else registry/config.json).",
    examples: &[(
        "chartlens registry login registry.example -u bob --password-stdin < secret",
        "with the password from a file",
    )],
    flags: &[("Login", LOGIN), ("Places", PLACES), ("General", GENERAL)],
    run: |args, env| run(&LOGIN_COMMAND, Arguments::AtLeast(1), args, env, login),
};

/// The verb.
pub static LOGOUT_COMMAND: Command = Command {
    name: "registry logout",
    usage: "chartlens registry logout [host] [flags]",
    summary: "Forget name and password for a registry",
    description: "Takes the credentials for a registry out of Helm's file.",
    examples: &[("chartlens registry logout registry.example", "forget them")],
    flags: &[("Places", PLACES), ("General", GENERAL)],
    run: |args, env| run(&LOGOUT_COMMAND, Arguments::AtLeast(1), args, env, logout),
};

fn login(parsed: &Parsed, env: &mut Environment<'_>, log: &mut Vec<Log>) -> Result<(), String> {
    let Some(host) = parsed.arguments.first() else { return Ok(()) };
    let mut username = parsed.text("username").unwrap_or_default().to_owned();
    let mut password = parsed.text("password").unwrap_or_default().to_owned();
    if parsed.on("password-stdin") {
        password = rest(env)?;
    } else if password.is_empty() {
        if username.is_empty() {
            username = line("Username: ", env)?.trim().to_owned();
        }
        let what = if username.is_empty() { "token" } else { "password" };
        password = secret(if username.is_empty() { "Token: " } else { "Password: " }, env)?;
        if password.is_empty() {
            return Err(format!("{what} required"));
        }
    } else {
        let text = "using --password via the CLI is insecure. Use --password-stdin";
        log.push(Log::new(Level::Warn, text));
    }
    if let Some((name, _)) = host.split_once('/') {
        let text = "registry login currently only supports registry hostname, not a repository path";
        log.push(Log::new(Level::Warn, text).with("host", host).with("suggested", name));
        return Err(format!("invalid reference: invalid registry {}", chartlens::text::quote(host.as_bytes())));
    }
    chartlens_registry::login(&registry(parsed, env), host, &username, &password)?;
    let _ = writeln!(env.stdout, "Login Succeeded");
    Ok(())
}

fn logout(parsed: &Parsed, env: &mut Environment<'_>, _: &mut Vec<Log>) -> Result<(), String> {
    let Some(host) = parsed.arguments.first() else { return Ok(()) };
    chartlens_registry::logout(&settings(parsed, env), host)?;
    let _ = writeln!(env.stdout, "Removing login credentials for {host}");
    Ok(())
}

/// All of standard input, without the line break at its end.
pub fn rest(env: &mut Environment<'_>) -> Result<String, String> {
    let mut text = String::new();
    env.stdin.read_to_string(&mut text).map_err(|error| error.to_string())?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

/// The next line of standard input, where nobody sees it being typed.
pub fn secret(prompt: &str, env: &mut Environment<'_>) -> Result<String, String> {
    if std::io::stdin().is_terminal() {
        return Err("a password typed here could be seen: give it on standard input with --password-stdin".to_owned());
    }
    line(prompt, env)
}

/// The next line of standard input.
fn line(prompt: &str, env: &mut Environment<'_>) -> Result<String, String> {
    let _ = write!(env.stdout, "{prompt}").and_then(|()| env.stdout.flush());
    let (mut line, mut byte) = (Vec::new(), [0]);
    while env.stdin.read(&mut byte).map_err(|error| error.to_string())? == 1 && byte != *b"\n" {
        line.extend_from_slice(&byte);
    }
    if line.is_empty() && byte != *b"\n" {
        return Err("EOF".to_owned());
    }
    Ok(String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned())
}
