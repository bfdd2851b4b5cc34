import { assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";

/** Runs what is given with variables of the environment, and puts them back. */
function withVariables(set: Record<string, string>, body: () => void): void {
  const before = Object.keys(set).map((name) =>
    [name, Deno.env.get(name)] as const
  );
  for (const [name, value] of Object.entries(set)) Deno.env.set(name, value);
  try {
    body();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

Deno.test("the folder of a shell is no password, however random its name", () => {
  const folder = `/builds/${crypto.randomUUID().slice(0, 8)}Qx81zA/penguins`;
  withVariables({ PWD: folder, OLDPWD: `C:\\builds\\Zq81${folder}` }, () => {
    const text = `${folder}/sweep.ipynb`;
    assertEquals(new StandardRedaction({ home: "/none" }).text(text), {
      text,
      taken: [],
    });
  });
});

Deno.test("a password under a short name is one, and so is a PWD that is no folder", () => {
  const secret = `k9X!${crypto.randomUUID().slice(0, 13)}`;
  for (const name of ["DB_PWD", "PWD"]) {
    withVariables({ [name]: secret }, () => {
      const { taken } = new StandardRedaction({ home: "/none" }).text(
        `the shop opens with ${secret} at nine`,
      );
      assertEquals(taken.map(({ kind }) => kind), ["password"], name);
    });
  }
});
