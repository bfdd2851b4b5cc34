import { assert, assertEquals } from "@std/assert";
import { StandardRedaction } from "../../src/redaction/standard_redaction.ts";
import { temporary } from "../reproduce/recorded.ts";
import { random } from "./support.ts";

/** A redactor for a folder, and what it leaves of each value. */
function leftOf(folder: string, values: readonly string[]): string[] {
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  redaction.addFolder(folder);
  return values.filter((value) =>
    redaction.text(`it is ${value} again`).text.includes(value)
  );
}

Deno.test("the variables of .env above a notebook are known up to the root of its repository, and those of its like beside it", () => {
  using place = temporary();
  const root = `${place.path}/outside/repository`;
  const folder = `${root}/notebooks/deep`;
  Deno.mkdirSync(folder, { recursive: true });
  Deno.mkdirSync(`${root}/.git`);
  const files = [
    [`${root}/.env`, true],
    [`${root}/notebooks/.env`, true],
    [`${folder}/.env`, true],
    [`${folder}/.env.production`, true],
    [`${folder}/.env.local`, true],
    [`${folder}/.env.example`, false],
    [`${place.path}/outside/.env`, false],
  ] as const;
  const values = files.map(() => `tree-${random(8)}`);
  for (const [i, [path]] of files.entries()) {
    Deno.writeTextFileSync(path, `SMTP_PASSWORD=${values[i]}\n`);
  }
  const others = values.filter((_, i) => files[i]?.[1] === false);
  assertEquals(leftOf(folder, values), others);
});

Deno.test("above a folder that lies in no repository and no home nothing is read", () => {
  using place = temporary();
  const folder = `${place.path}/somebody/notebooks`;
  Deno.mkdirSync(folder, { recursive: true });
  const value = `tree-${random(8)}`;
  Deno.writeTextFileSync(`${place.path}/.env`, `SMTP_PASSWORD=${value}\n`);
  assertEquals(leftOf(folder, [value]), [value]);
});

Deno.test("a file of variables that comes to lie beside a notebook is read, and remarks, marks and lines of it are no values", () => {
  using place = temporary();
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  redaction.addFolder(place.path);
  const values = ["remark", "marks", "lines"].map((one) =>
    `${one} of ${random(8)}`
  );
  assertEquals(redaction.text(values.join(", ")).taken, []);
  const [remark = "", marks = "", lines = ""] = values;
  Deno.writeTextFileSync(
    `${place.path}/.env.test`,
    `export A_PASSWORD=${remark} # of the sender\nB_PASSWORD='${marks}'\r\nC_PASSWORD="${
      lines.replace(" of ", "\\n")
    }"\n`,
  );
  redaction.addFolder(place.path); // reads again at once
  const text = [remark, marks, lines.replace(" of ", "\n")].join(", ");
  const { text: left } = redaction.text(text);
  assert(!values.some((one) => left.includes(one.slice(-8))), left);
});

Deno.test("a file of variables that is named is read wherever it lies", () => {
  using place = temporary();
  using home = temporary();
  const redaction = new StandardRedaction({ home: home.path });
  const value = `tree-${random(8)}`;
  Deno.writeTextFileSync(`${place.path}/prod.env`, `MAIL_PW=${value}\n`);
  redaction.addFile(`${place.path}/prod.env`);
  assertEquals(redaction.text(`it is ${value}`).taken.length, 1);
});
