/** Where programs keep a user's credentials: what cells print of them is nowhere. */
import { assertEquals } from "@std/assert";
import { IMPORT, Workspace } from "../recorder/support.ts";
import { placesOf, random } from "./support.ts";

Deno.test("what cells print of the user's credentials is nowhere, whatever path they compute", async () => {
  await using space = Workspace.make();
  const user = `${space.folder}/user`;
  const secrets = {
    postgres: `Biber-${Math.trunc(Math.random() * 90) + 10}!lwk`,
    mysql: random(12),
    aws: random(30),
    hub: random(24),
    kaggle: [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
  const files = {
    ".pgpass": `# mine\ndb.lan:5432:shop:ada:${secrets.postgres}\n`,
    ".my.cnf": `[client]\nuser=ada\npassword=${secrets.mysql}\n`,
    ".aws/credentials":
      `[default]\naws_access_key_id = AKIA\naws_secret_access_key = ${secrets.aws}\n`,
    ".cache/huggingface/token": `${secrets.hub}\n`,
    ".kaggle/kaggle.json": JSON.stringify({
      username: "ada",
      key: secrets.kaggle,
    }),
  };
  for (const [name, text] of Object.entries(files)) {
    Deno.mkdirSync(`${user}/${name.replace(/[^/]*$/, "")}`, {
      recursive: true,
    });
    Deno.writeTextFileSync(`${user}/${name}`, text);
  }
  await using kernel = await space.kernel({
    HOME: user,
    DENO_DIR: denoDir(),
  });
  await kernel.execute(
    `${IMPORT}\nconst run = await track("e", { quiet: true });`,
  );
  await kernel.execute(
    `const home = [Deno.env.get("HOME")].flat().join("");
const read = (...path: string[]) => Deno.readTextFileSync([home, ...path].join("/")).trim();
console.log("of the shop", read(".pgpass").split(":").at(-1));
console.log("of mine", read(".my.cnf").split("=").at(-1), read(".aws", "credentials").split(" ").at(-1));
console.log("hub", read(".cache", "huggingface", "token"), JSON.parse(read(".kaggle", "kaggle.json")).key);`,
  );
  await kernel.execute("await run.end();");
  await kernel.shutdown();
  await space.finalised();
  assertEquals(await placesOf(secrets, [space.home]), []);
});

/** Where this process keeps packages: another home has none. */
function denoDir(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).outputSync();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}
