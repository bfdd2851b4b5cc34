/** Secrets of which only a later text says what they are. */
import { assertEquals } from "@std/assert";
import { IMPORT } from "../recorder/support.ts";
import { record, temporary } from "../reproduce/recorded.ts";
import { placesOf } from "./support.ts";

Deno.test("a token that a cell prints before it shows what it is stands nowhere", async () => {
  using place = temporary();
  const folder = `${place.path}/project`;
  const home = `${place.path}/home`;
  const out = `${place.path}/drawn`;
  Deno.mkdirSync(folder);
  await record([
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
    `const draw = () => "x" + Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(36)).join("Z");
const answer = { access_token: draw(), expires_in: 3600 };
Deno.writeTextFileSync(${JSON.stringify(out)}, answer.access_token);
console.log("got", answer.access_token);`,
    `console.log("and again", answer.access_token); answer`,
    "await run.end();",
  ], { home, folder });
  const token = Deno.readTextFileSync(out);
  assertEquals(await placesOf({ token }, [home]), []);
});
