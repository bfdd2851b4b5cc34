import { assertEquals } from "@std/assert";
import { RecorderLog } from "../../src/base/log.ts";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { gitlabToken, placesOf } from "./support.ts";

Deno.test("the recorder's log holds no secret of an error that it writes down", async () => {
  const home = await Deno.makeTempDir({ prefix: "nbtrack-log-" });
  try {
    const token = gitlabToken();
    const redactor = new StandardRedaction({ home });
    const log = new RecorderLog(home, "test");
    log.redact = (text) => redactor.text(text).text;
    log.write(
      `GET https://oauth2:${token}@gitlab.example.org`,
      new Error(`no answer with ${token}`),
    );
    assertEquals(await placesOf({ token }, [home]), []);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
