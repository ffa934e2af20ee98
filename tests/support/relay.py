"""Postfix and Dovecot on loopback, as companies run them: STARTTLS, LMTP, IMAP over TLS, repeats dropped by Sieve."""

from __future__ import annotations

import grp
import imaplib
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import trustme

DOMAIN = "crm.test"
READERS = tuple(f"{name}@{DOMAIN}" for name in ("ada", "bo", "cy", "reports"))
PASSWORD = "correct-horse"

MASTER = """\
127.0.0.1:{smtp} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""

MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/queue
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {root}/log/postfix.log
maillog_file_prefixes = {root}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = relay.{domain}
mydestination =
alias_maps =
recipient_delimiter = +
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = texthash:{root}/readers
virtual_transport = lmtp:unix:{root}/lmtp.sock
default_transport = smtp:[127.0.0.1]:{elsewhere}
disable_dns_lookups = yes
smtpd_peername_lookup = no
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = may
smtpd_tls_cert_file = {root}/cert.pem
smtpd_tls_key_file = {root}/key.pem
"""

DOVECOT = """\
protocols = imap lmtp
base_dir = {root}/run
log_path = {root}/log/dovecot.log
listen = 127.0.0.1
ssl = required
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
mail_location = maildir:~/Maildir
first_valid_uid = 1
recipient_delimiter = +
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={root}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imap}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service lmtp {{
  unix_listener {root}/lmtp.sock {{
    mode = 0666
  }}
}}
protocol lmtp {{
  mail_plugins = sieve
  postmaster_address = postmaster@{domain}
}}
plugin {{
  sieve_before = {root}/sieve/once.sieve
}}
"""

ONCE = 'require ["duplicate"];\nif duplicate { discard; stop; }\n'


@dataclass(frozen=True)
class Relay:
    """Where it listens, which CA vouches for it, and what is in its mailboxes."""

    root: Path
    host: str
    port: int
    imap: int
    ca_file: Path

    def mailbox(self, address: str) -> list[EmailMessage]:
        """The messages of a mailbox, read by IMAP."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        with imaplib.IMAP4_SSL(self.host, self.imap, ssl_context=context, timeout=20) as connection:
            connection.login(address, PASSWORD)
            connection.select("INBOX", readonly=True)
            _, found = connection.search(None, "ALL")
            messages = []
            for number in (found[0] or b"").split():
                _, parts = connection.fetch(number.decode(), "(BODY.PEEK[])")
                (content,) = (part[1] for part in parts if isinstance(part, tuple))
                message = message_from_bytes(content, policy=policy.default)
                assert isinstance(message, EmailMessage)
                messages.append(message)
            return messages

    def settle(self, seconds: float = 20) -> None:
        """Wait until Postfix has nothing more to do."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            queue = self.root / "queue"
            if not any(any((queue / name).rglob("[0-9A-F]*")) for name in ("incoming", "active", "maildrop")):
                return
            time.sleep(0.05)
        raise AssertionError((self.root / "log" / "postfix.log").read_text()[-3000:])

    def delivered(self, address: str) -> int:
        """How many messages Postfix has handed over for a mailbox, repeats included."""
        lines = (self.root / "log" / "postfix.log").read_text(errors="replace").splitlines()
        return sum(f"to=<{address}>" in line and "status=sent" in line for line in lines)


@contextmanager
def relay(elsewhere: int) -> Iterator[Relay]:
    """Both servers for the length of the block; mail to other domains goes to the port `elsewhere`."""
    # Not below pytest's folder, which only root may enter.
    root = Path(tempfile.mkdtemp(prefix="broadsheet-relay-"))
    root.chmod(0o755)
    smtp, imap = _free_port(), _free_port()
    try:
        _lay_out(root, smtp=smtp, imap=imap, elsewhere=elsewhere)
        with _dovecot(root), _postfix(root):
            for port in (smtp, imap):
                _wait_for(port)
            yield Relay(root, "localhost", smtp, imap, root / "ca.pem")
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _lay_out(root: Path, **ports: int) -> None:
    for name in ("queue", "data", "log", "run", "mail", "sieve"):
        (root / name).mkdir()
        (root / name).chmod(0o755)
    postfix, mail = pwd.getpwnam("postfix"), pwd.getpwnam("mail")
    os.chown(root / "data", postfix.pw_uid, grp.getgrnam("postdrop").gr_gid)
    os.chown(root / "mail", mail.pw_uid, mail.pw_gid)
    os.chown(root / "sieve", mail.pw_uid, mail.pw_gid)
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(root / "ca.pem"))
    identity = authority.issue_cert("localhost", "127.0.0.1")
    identity.cert_chain_pems[0].write_to_path(str(root / "cert.pem"))
    identity.private_key_pem.write_to_path(str(root / "key.pem"))
    (root / "key.pem").chmod(0o600)
    facts = {"root": root, "domain": DOMAIN, "password": PASSWORD, **ports}
    (root / "main.cf").write_text(MAIN.format(**facts))
    (root / "master.cf").write_text(MASTER.format(**facts))
    (root / "dovecot.conf").write_text(DOVECOT.format(**facts))
    (root / "readers").write_text("".join(f"{reader} {reader}\n" for reader in READERS))
    (root / "sieve" / "once.sieve").write_text(ONCE)


@contextmanager
def _dovecot(root: Path) -> Iterator[None]:
    server = subprocess.Popen(["dovecot", "-F", "-c", str(root / "dovecot.conf")])
    try:
        yield
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def _postfix(root: Path) -> Iterator[None]:
    subprocess.run(["postfix", "-c", str(root), "start"], check=True, capture_output=True, timeout=30)
    try:
        yield
    finally:
        subprocess.run(["postfix", "-c", str(root), "abort"], check=False, capture_output=True, timeout=30)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port}")
