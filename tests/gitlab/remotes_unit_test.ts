import { assertEquals } from "@std/assert";
import { parseRemote, projectPath } from "../../src/gitlab/remotes.ts";

const ROWS: [string, string | null, string?, string?][] = [
  [
    "https://gitlab.com/group/project.git",
    "gitlab.com",
    "group/project",
    "https://gitlab.com",
  ],
  [
    "https://gitlab.com/group/project",
    "gitlab.com",
    "group/project",
    "https://gitlab.com",
  ],
  [
    "https://gitlab.com/group/project/",
    "gitlab.com",
    "group/project",
    "https://gitlab.com",
  ],
  [
    "https://GitLab.Example/a/b/c/d.git",
    "gitlab.example",
    "a/b/c/d",
    "https://gitlab.example",
  ],
  [
    "https://host.example:8443/g/p.git",
    "host.example:8443",
    "g/p",
    "https://host.example:8443",
  ],
  [
    "http://host.example:8080/g/p.git",
    "host.example:8080",
    "g/p",
    "http://host.example:8080",
  ],
  [
    "https://host.example/gitlab/g/p.git",
    "host.example",
    "gitlab/g/p",
    "https://host.example",
  ],
  [
    "git@gitlab.com:group/project.git",
    "gitlab.com",
    "group/project",
    "https://gitlab.com",
  ],
  [
    "git@gitlab.com:/group/project.git",
    "gitlab.com",
    "group/project",
    "https://gitlab.com",
  ],
  ["host.example:g/s/p", "host.example", "g/s/p", "https://host.example"],
  [
    "[git@host.example:2222]:g/s/p.git",
    "host.example",
    "g/s/p",
    "https://host.example",
  ],
  [
    "ssh://git@host.example:2222/g/p.git",
    "host.example",
    "g/p",
    "https://host.example",
  ],
  [
    "ssh://git@host.example/g/p.git",
    "host.example",
    "g/p",
    "https://host.example",
  ],
  [
    "git+ssh://git@host.example/g/p.git",
    "host.example",
    "g/p",
    "https://host.example",
  ],
  [
    "ssh://git@altssh.gitlab.com:443/g/p.git",
    "gitlab.com",
    "g/p",
    "https://gitlab.com",
  ],
  [
    "https://host.example/gr%C3%BCppe/p.git",
    "host.example",
    "grüppe/p",
    "https://host.example",
  ],
  [
    "git@[2001:db8::1]:g/p.git",
    "[2001:db8::1]",
    "g/p",
    "https://[2001:db8::1]",
  ],
  ["/srv/git/project.git", null],
  ["../project.git", null],
  ["file:///srv/git/project.git", null],
  ["C:\\repos\\project", null],
  ["C:/repos/project", null],
  ["https://host.example/only", null],
  ["https://host.example/a/../../b", null],
  ["ssh://host.example/~ann/p.git", null],
  ["", null],
  ["nonsense", null],
];

for (const [url, host, path, base] of ROWS) {
  Deno.test(`the remote "${url}" is ${host === null ? "no project" : `${path} on ${host}`}`, () => {
    const remote = parseRemote(url);
    assertEquals(
      remote && [remote.host, remote.path, remote.base],
      host === null ? null : [host, path, base],
    );
  });
}

Deno.test("user, password and token of a remote are not kept", () => {
  const secret = crypto.randomUUID();
  const remote = parseRemote(`https://ann:${secret}@gitlab.com/g/p.git`);
  assertEquals(JSON.stringify(remote).includes(secret), false);
  assertEquals(JSON.stringify(remote).includes("ann"), false);
  assertEquals(remote?.path, "g/p");
});

Deno.test("a relative root is taken off the path, another host gives none", () => {
  const https = parseRemote("https://host.example/gitlab/g/s/p.git");
  const ssh = parseRemote("git@host.example:g/s/p.git");
  if (https === null || ssh === null) throw new Error("not parsed");
  assertEquals(projectPath(https, "https://host.example/gitlab/"), "g/s/p");
  assertEquals(projectPath(https, "https://host.example/other"), null);
  assertEquals(projectPath(https, "https://host.example"), "gitlab/g/s/p");
  assertEquals(projectPath(ssh, "https://host.example/gitlab"), "g/s/p");
  assertEquals(projectPath(ssh, "https://host.example:8443"), "g/s/p");
  assertEquals(projectPath(ssh, "https://else.example"), null);
});
