import { assert, assertEquals } from "@std/assert";
import type { TrackingClient } from "../../src/gitlab/client.ts";
import { NAMES_FILE } from "../../src/gitlab/artifact_names.ts";
import type { RunInfo } from "../../src/gitlab/schemas.ts";
import { type Fate, withFaults } from "./fault_proxy.ts";
import { withServer } from "./practice.ts";
import {
  deliver,
  end,
  newDelivery,
  put,
  record,
  runThere,
  targetOf,
} from "./support.ts";

/** Names that a file system or a notebook may give. */
const NAMES = [
  "plain.txt",
  "with spaces and + plus.txt",
  "grüße/表.csv",
  ".hidden",
  "..dots/.../x",
  `${"long".repeat(125)}.bin`,
  "a/b/c/d.json",
  "empty.bin",
  "~tilde~",
  "100%.txt",
  "q?x=1#y.txt",
  "back\\slash.txt",
];

/** What a run's files hold, by the names they were logged by. */
async function textsThere(
  client: TrackingClient,
  info: RunInfo,
): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const { path } of await client.listArtifacts(info)) {
    if (path === NAMES_FILE) continue;
    const stream = await client.downloadArtifact(info, path);
    texts[path] = await new Response(stream).text();
  }
  return texts;
}

for (const profile of ["16.4", "17.9", "newest"] as const) {
  Deno.test(`files of any name arrive on GitLab ${profile} under their names, over several passes`, async () => {
    await withServer(
      { profile },
      async ({ server, token, client }, journal) => {
        const place = { tracking_uri: server.tracking_uri, token };
        const wanted = Object.fromEntries(
          NAMES.map((name) => [name, name === "empty.bin" ? "" : `in ${name}`]),
        );
        const run_id = record(journal, { open: true });
        const half = NAMES.length / 2;
        for (const name of NAMES.slice(0, half)) {
          put(journal, run_id, name, wanted[name] ?? "");
        }
        await deliver(journal, run_id, place);
        for (const name of NAMES.slice(half)) {
          put(journal, run_id, name, wanted[name] ?? "");
        }
        end(journal, run_id);
        assertEquals(await deliver(journal, run_id, place), true);
        const { info } = await runThere(client, run_id);
        assertEquals(
          Object.entries(await textsThere(client, info)).toSorted(),
          Object.entries(wanted).toSorted(),
        );
      },
    );
  });

  Deno.test(`a file whose answer was lost is on GitLab ${profile} once`, async () => {
    await withServer(
      { profile },
      async ({ server, token, client }, journal) => {
        const run_id = record(journal, {
          artifacts: {
            "model.bin": "weights",
            "ä.txt": "umlaut",
            "c.txt": "c",
          },
        });
        const uploads: string[] = [];
        await withFaults(
          server.tracking_uri,
          ({ method, path }) => {
            if (method !== "PUT") return "pass";
            const again = uploads.includes(path);
            uploads.push(path);
            return again ? "pass" : "lose";
          },
          async ({ tracking_uri }) => {
            assertEquals(
              await deliver(journal, run_id, { tracking_uri, token }, {
                tries: 8,
              }),
              true,
            );
          },
        );
        // Three files and the list of names, none of them a second time.
        assertEquals(uploads.length, 4, uploads.join("\n"));
        const { info } = await runThere(client, run_id);
        assertEquals(await textsThere(client, info), {
          "c.txt": "c",
          "model.bin": "weights",
          "ä.txt": "umlaut",
        });
      },
    );
  });

  Deno.test(`a file that a killed process may have sent to GitLab ${profile} is compared by its content`, async () => {
    await withServer(
      { profile },
      async ({ server, token, client }, journal) => {
        const place = { tracking_uri: server.tracking_uri, token };
        const run_id = record(journal, {
          artifacts: { "a.bin": "first", "b.bin": "other" },
          open: true,
        });
        await deliver(journal, run_id, place);
        // As if the process had been killed before it noted them; one has other contents of the same size by now.
        put(journal, run_id, "a.bin", "later");
        put(journal, run_id, "b.bin", "x");
        put(journal, run_id, "b.bin", "other");
        const uploads: string[] = [];
        await withFaults(
          server.tracking_uri,
          ({ method, path }) => {
            if (method === "PUT") uploads.push(path.split("/").at(-1) ?? "");
            return "pass";
          },
          async ({ tracking_uri }) => {
            await deliver(journal, run_id, { tracking_uri, token });
          },
        );
        assertEquals(uploads, ["a.bin"]);
        const { info } = await runThere(client, run_id);
        assertEquals(await textsThere(client, info), {
          "a.bin": "later",
          "b.bin": "other",
        });
        assert(journal.artifacts.list(run_id).every((a) => a.sent));
      },
    );
  });
}

/** Delivers and tells the names of the files that were sent. */
async function sentBy(
  tracking_uri: string,
  fate: Fate,
  work: (tracking_uri: string) => Promise<unknown>,
): Promise<string[]> {
  const sent: string[] = [];
  await withFaults(
    tracking_uri,
    ({ method, path }) => {
      if (method !== "PUT") return "pass";
      sent.push(path.split("/").at(-1) ?? "");
      return fate;
    },
    (proxy) => work(proxy.tracking_uri).then(() => {}),
  );
  return sent;
}

Deno.test("a file that another process sent meanwhile without seeing the answer is not sent again", async () => {
  await withServer({}, async ({ server, token }, journal) => {
    const { tracking_uri } = server;
    const target = targetOf({ tracking_uri, token });
    const run_id = record(journal, {
      artifacts: { "a.bin": "a" },
      open: true,
    });
    journal.deliveries.set(run_id, { target: tracking_uri });
    const recorder = newDelivery(journal);
    await recorder.deliver(run_id, target);
    put(journal, run_id, "b.bin", "b");
    const bySync = await sentBy(
      tracking_uri,
      "lose",
      (tracking_uri) => deliver(journal, run_id, { tracking_uri, token }),
    );
    assertEquals(bySync, ["b.bin"]);
    const again = await sentBy(tracking_uri, "pass", (tracking_uri) => {
      journal.deliveries.set(run_id, { target: tracking_uri });
      return recorder.deliver(run_id, targetOf({ tracking_uri, token }));
    });
    assertEquals(again, []);
    assert(journal.artifacts.list(run_id).every((a) => a.sent));
  });
});

Deno.test("a file that a server still stores for a killed process is waited for", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const place = { tracking_uri: server.tracking_uri, token };
    const run_id = record(journal, {
      artifacts: { "a.bin": "a" },
      open: true,
    });
    await deliver(journal, run_id, place);
    put(journal, run_id, "b.bin", "b");
    const { info } = await runThere(client, run_id);
    const in_flight_ms = 5000;
    // What a process that is killed while it sends leaves behind.
    journal.deliveries.set(run_id, {
      files_unsure: 1,
      in_flight_until: Date.now() + in_flight_ms,
    });
    const late = new Promise((resolve) => setTimeout(resolve, 300)).then(() =>
      client.uploadArtifact({
        run: info,
        path: "b.bin",
        body: new TextEncoder().encode("b"),
      })
    );
    const sent = await sentBy(
      server.tracking_uri,
      "pass",
      (tracking_uri) =>
        deliver(journal, run_id, { tracking_uri, token }, { in_flight_ms }),
    );
    await late;
    assertEquals(sent, []);
  });
});

Deno.test("a file that is too large is named, the others arrive, and the run ends on the server", async () => {
  const limits = { artifact_bytes: 1000 };
  await withServer({ limits }, async ({ server, token, client }, journal) => {
    const run_id = record(journal, {
      artifacts: {
        "a-large.bin": new Uint8Array(2000),
        "b.txt": "b",
        "c-large.bin": new Uint8Array(2001),
        "d.txt": "d",
      },
    });
    await deliver(journal, run_id, {
      tracking_uri: server.tracking_uri,
      token,
    });
    const parts = journal.deliveries.leftOut(run_id);
    assertEquals(journal.deliveries.get(run_id).state, "delivered");
    assertEquals(parts.map((part) => part.what).toSorted(), [
      'artifact "a-large.bin"',
      'artifact "c-large.bin"',
    ]);
    assert(/larger than the server takes/.test(parts[0]?.why ?? ""));
    const { info } = await runThere(client, run_id);
    assertEquals(info.status, "FINISHED");
    const files = await client.listArtifacts(info);
    assertEquals(files.map((f) => f.path).toSorted(), ["b.txt", "d.txt"]);
  });
});

Deno.test("a file that is gone from the disk is named, and the rest arrives", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = record(journal, {
      artifacts: { "a.txt": "a", "b.txt": "b" },
    });
    const gone = journal.artifacts.get(run_id, "a.txt");
    assert(gone !== undefined);
    await Deno.remove(journal.artifacts.file(gone.digest));
    await deliver(journal, run_id, {
      tracking_uri: server.tracking_uri,
      token,
    });
    const [part] = journal.deliveries.leftOut(run_id);
    assertEquals(journal.deliveries.get(run_id).state, "delivered");
    assertEquals(part?.what, 'artifact "a.txt"');
    assert(/"a\.txt": its file cannot be read/.test(part?.why ?? ""));
    const { info } = await runThere(client, run_id);
    assertEquals(
      (await client.listArtifacts(info)).map((f) => f.path),
      ["b.txt"],
    );
  });
});

Deno.test("a project whose registry is off refuses the files with what to switch on, and the run ends all the same", async () => {
  const projects = [{ id: 7, path: "g/p", registry: false }];
  await withServer({ projects }, async ({ server, token, client }, journal) => {
    const run_id = record(journal, {
      metrics: { loss: [1] },
      artifacts: { "a.txt": "a" },
    });
    await deliver(journal, run_id, {
      tracking_uri: server.tracking_uri,
      token,
    });
    const [part, ...others] = journal.deliveries.leftOut(run_id);
    assertEquals(journal.deliveries.get(run_id).state, "delivered");
    assertEquals([part?.what, others], ["artifacts", []]);
    assert(/switch on .*Model registry/.test(part?.why ?? ""), part?.why);
    const { info } = await runThere(client, run_id);
    assertEquals(info.status, "FINISHED");
  });
});

Deno.test("a file that is replaced while its run is being sent, and so is gone, is sent as what it is now and missed by nobody", async () => {
  await withServer({}, async ({ server, token, client }, journal) => {
    const run_id = record(journal, {
      artifacts: { "a.bin": "a", "b.bin": "before", "c.bin": "before too" },
    });
    let changes = 0;
    await withFaults(
      server.tracking_uri,
      ({ method, path }) => {
        if (method !== "PUT") return "pass";
        if (path.endsWith("/a.bin")) put(journal, run_id, "b.bin", "now");
        // Of this one the first answer is lost: it is read again, and is gone.
        if (!path.endsWith("/c.bin") || changes++ > 0) return "pass";
        put(journal, run_id, "c.bin", "now too");
        return "drop";
      },
      async ({ tracking_uri }) => {
        const to = { tracking_uri, token };
        assertEquals(await deliver(journal, run_id, to, { tries: 8 }), true);
      },
    );
    const { info } = await runThere(client, run_id);
    assertEquals(await textsThere(client, info), {
      "a.bin": "a",
      "b.bin": "now",
      "c.bin": "now too",
    });
    assertEquals(journal.entries.missing(run_id), []);
  });
});
