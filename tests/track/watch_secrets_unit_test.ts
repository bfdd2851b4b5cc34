import { assertEquals } from "@std/assert";
import { watchSecrets } from "../../src/track/watch_secrets.ts";
import { secretAnswer } from "../../src/redaction/secret_answer.ts";
import { temporary } from "../reproduce/recorded.ts";

Deno.test("variables that a cell sets are told of whichever way it sets them, if they may be secrets", () => {
  using place = temporary();
  const { set } = Deno.env;
  const { loadEnvFile } = process;
  const told: Record<string, string>[] = [];
  watchSecrets((variables) => told.push(variables));
  const path = `${place.path}/.env.production`;
  const value = crypto.randomUUID();
  Deno.writeTextFileSync(
    path,
    `NBT_SMTP_PASSWORD=${value}1\nNBT_COLOUR=red\nNBT_DB=db://ada:${value}2@host/x\n`,
  );
  try {
    process.loadEnvFile(path);
    Deno.env.set("NBT_MY_PW", `${value}3`);
    process.env["NBT_API_KEY"] = `${value}4`;
    assertEquals(process.env["NBT_COLOUR"], "red");
    process.loadEnvFile(path); // nothing changes
  } finally {
    Deno.env.set = set;
    process.loadEnvFile = loadEnvFile;
    for (const name of Object.keys(Deno.env.toObject())) {
      if (name.startsWith("NBT_")) Deno.env.delete(name);
    }
  }
  assertEquals(told, [
    {
      NBT_SMTP_PASSWORD: `${value}1`,
      NBT_DB: `db://ada:${value}2@host/x`,
    },
    { NBT_MY_PW: `${value}3` },
    { NBT_API_KEY: `${value}4` },
  ]);
});

Deno.test("an answer to a prompt that asks for a secret is told of, in other languages too, and no other answer", () => {
  const value = "Kx9-vb72!qq";
  const answered = (prompt: string, answer = value, hidden = false) =>
    Object.keys(secretAnswer(prompt, answer, hidden) ?? {}).join();
  assertEquals(answered("Password for db:"), "prompt_password");
  assertEquals(answered("Bitte das Passwort eingeben"), "prompt_password");
  assertEquals(answered("contraseña: "), "prompt_password");
  assertEquals(answered("Your GitLab token?"), "prompt_token");
  assertEquals(answered("API key"), "prompt_secret_key");
  assertEquals(
    answered("Key for the service:", "sk9dT2mQx7LpZr4VbN8w"),
    "prompt_secret_key",
  );
  assertEquals(answered("passphrase"), "prompt_password");
  assertEquals(answered("Who are you?", value, true), "prompt_password");
  assertEquals(answered("Which key column?", "species"), "");
  assertEquals(answered("How many tokens?", "1000000000"), "");
  assertEquals(answered("Your name?"), "");
  assertEquals(answered("Password for db:", " "), "");
});
