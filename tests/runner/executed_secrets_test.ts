import { assert, assertEquals } from "@std/assert";
import { parseNotebook, sourceOf } from "../../src/notebook/notebook.ts";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { gitlabToken, random } from "../redaction/support.ts";

Deno.test("the executed notebook holds no secret that cells put out, and its cells as the file has them", async () => {
  await using workspace = Workspace.make();
  const [ofEnv, setLater, inFile] = [random(24), random(24), random(24)];
  const [printed, given] = [gitlabToken(), gitlabToken()];
  Deno.writeTextFileSync(`${workspace.work}/.env`, `DB_PASSWORD=${inFile}\n`);
  const token = (text: string) => JSON.stringify([...text].reverse().join(""));
  const back = (text: string) => `[...${token(text)}].reverse().join("")`;
  const sources = [
    `let note = "";`,
    `${IMPORT}\nconst run = await track("secrets", { quiet: true });`,
    `console.log("env", Deno.env.get("SERVICE_PASSWORD")); console.error(Deno.env.get("SERVICE_PASSWORD"))`,
    `Deno.env.set("LATER_PASSWORD", ${
      back(setLater)
    }); console.log(Deno.env.get("LATER_PASSWORD"))`,
    `console.log(Deno.readTextFileSync(".env"))`,
    `const literal = "kept as it is"; ${back(printed)}`,
    `await Deno.jupyter.display({ "text/html": "<b>" + ${
      back(printed)
    } + "</b>", "application/json": { key: [${
      back(printed)
    }] } }, { raw: true })`,
    `throw new Error("refused " + ${back(printed)})`,
  ];
  const path = workspace.notebook("s.ipynb", [
    { source: sources[0] ?? "", tags: ["parameters"] },
    ...sources.slice(1),
  ]);
  const output = `${workspace.work}/out.ipynb`;
  await workspace.nbtrack(
    ["run", path, "-p", `note=${given}`, "--output", output, "--allow-errors"],
    { SERVICE_PASSWORD: ofEnv },
  );
  const text = await Deno.readTextFile(output);
  for (
    const [what, secret] of Object.entries({
      ofEnv,
      setLater,
      inFile,
      printed,
      given,
    })
  ) assert(!text.includes(secret), `${what} is in ${text}`);
  const cells = parseNotebook(text).cells.filter((cell) =>
    JSON.stringify(cell.metadata["tags"]) !== '["injected-parameters"]'
  );
  assertEquals(cells.map(sourceOf), sources);
  assert(text.includes("[redacted GitLab token "), text);
});
