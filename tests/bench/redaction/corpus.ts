/**
 * Recall and precision of the redaction on a labelled corpus that is made at run time: secrets of many kinds in many
 * forms, and what only looks like one.
 */
import { findSecrets } from "../../../src/redaction/find_secrets.ts";
import { KnownSecrets } from "../../../src/redaction/known_secrets.ts";
import { Chance } from "./chance.ts";
import { FORMS, readings } from "./forms.ts";
import { lookAlikes } from "./look_alikes.ts";
import { planted } from "./planted.ts";

/** What was counted of one kind. */
export interface Count {
  all: number;
  right: number;
}

/** What a run over the corpus gave. */
export interface Measured {
  /** Planted secrets by kind. */
  found: Map<string, Count>;
  /** Planted secrets by the form they are written in. */
  forms: Map<string, Count>;
  /** Texts without a secret by kind: right when nothing was found in them. */
  quiet: Map<string, Count>;
  recall: number;
  precision: number;
  /** Recall on GitLab's kinds. */
  gitlab: number;
  /** Texts that came out wrong. */
  wrong: { kind: string; text: string; found: string }[];
}

/** Which part of the corpus: the one that rules were made with, the one that was kept aside, or both. */
export type Part = "tuned" | "held out" | "all";

/** Runs the redaction over the corpus. */
export function measure(part: Part, seed = 1): Measured {
  const chance = new Chance(seed);
  const result: Measured = {
    found: new Map(),
    forms: new Map(),
    quiet: new Map(),
    recall: 0,
    precision: 0,
    gitlab: 0,
    wrong: [],
  };
  const wanted = (heldOut: boolean) =>
    part === "all" || heldOut === (part === "held out");
  const count = (map: Map<string, Count>, key: string, right: boolean) => {
    const known = map.get(key) ?? { all: 0, right: 0 };
    map.set(key, { all: known.all + 1, right: known.right + (right ? 1 : 0) });
  };
  const names = Object.keys(FORMS);
  for (
    const [i, { kind, text, secret, heldOut }] of planted(chance).entries()
  ) {
    if (!wanted(heldOut)) continue;
    const form = names[i % names.length] ?? "";
    // As written, and in one more form.
    const other = FORMS[form]?.(text) ?? "";
    for (
      const [name, written] of [["as written", text], [form, other]] as const
    ) {
      const left = redacted(written);
      const right = isGone(secret, left);
      count(result.found, kind, right);
      count(result.forms, name, right);
      if (!right) {
        result.wrong.push({
          kind: `${kind}, ${name}`,
          text: written,
          found: left,
        });
      }
    }
  }
  for (const { kind, text, heldOut } of lookAlikes(chance)) {
    if (!wanted(heldOut)) continue;
    const left = redacted(text);
    count(result.quiet, kind, left === text);
    if (left !== text) result.wrong.push({ kind, text, found: left });
  }
  const sum = (map: Map<string, Count>, only = "") =>
    [...map].filter(([kind]) => kind.startsWith(only)).reduce(
      (s, [, c]) => ({ all: s.all + c.all, right: s.right + c.right }),
      { all: 0, right: 0 },
    );
  const hits = sum(result.found);
  const alarms = sum(result.quiet);
  const gitlab = sum(result.found, "GitLab");
  result.recall = hits.right / hits.all;
  result.precision = hits.right / (hits.right + alarms.all - alarms.right);
  result.gitlab = gitlab.right / gitlab.all;
  return result;
}

function redacted(text: string): string {
  const found = findSecrets(text, new KnownSecrets());
  let left = "";
  let at = 0;
  for (const { start, end } of found) {
    left += `${text.slice(at, start)}[redacted]`;
    at = end;
  }
  return left + text.slice(at);
}

/** Nothing of a secret may be left, however what is left is read: no third of it in a row. */
function isGone(secret: string, left: string): boolean {
  const size = Math.max(6, Math.ceil(secret.length / 3));
  const parts = [0, (secret.length - size) >> 1, secret.length - size]
    .map((at) => secret.slice(at, at + size));
  return readings(left).every((text) =>
    parts.every((part) => !text.includes(part))
  );
}
