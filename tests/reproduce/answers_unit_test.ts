import { assertEquals } from "@std/assert";
import {
  answersAreSame as sameAnswers,
  otherAnswers,
} from "../../src/reproduce/answers.ts";

const answer = (url: string, digest: string | null, method = "GET") => ({
  method,
  url,
  digest: digest === null ? null : `sha256:${digest.repeat(64)}`,
  status: 200,
  size: 2,
  kept: false,
  count: 1,
});
type Answers = Parameters<typeof otherAnswers>[0];
/** @param fromStart Whether what was asked before the run was opened was seen. */
const answersAreSame = (
  then: Answers | undefined,
  now: Answers,
  sources: readonly string[],
  fromStart = true,
) => sameAnswers(then, now, { sources, fromStart });
const API = "https://api.example/lag";

Deno.test("an address that answers otherwise is a difference of data, once, unless it is named already", () => {
  const [then, now] = [[answer(API, "a")], [answer(API, "b")]];
  const found = otherAnswers(then, now, []);
  assertEquals(found.map(({ dimension, what }) => `${dimension}: ${what}`), [
    `data: GET ${API} was answered otherwise`,
  ]);
  assertEquals(otherAnswers(then, now, [`d: row count 2 → 1 at ${API}`]), []);
  assertEquals(otherAnswers(then, then, []), []);
  assertEquals(otherAnswers(then, [answer(API, "a", "POST")], []), []);
  assertEquals(otherAnswers([answer(API, null)], now, []), []);
  assertEquals(otherAnswers(then, [answer(API, null)], []), []);
  const both = [answer(API, "a"), answer(API, "b")];
  assertEquals(otherAnswers(both, both.toReversed(), []), []);
  assertEquals(otherAnswers(both, now, []).length, 1);
});

Deno.test("the network is known to answer the same only where each answer was read, then and now", () => {
  const same = (
    then: Answers | undefined,
    now = then ?? [],
    source = 'await track("s"); await fetch(url)',
  ) => answersAreSame(then, now, [source]);
  assertEquals(same([]), true);
  assertEquals(same([answer(API, "a")]), true);
  assertEquals(same([answer(API, "a")], [answer(API, "b")]), false);
  assertEquals(same([answer(API, "a")], []), false);
  assertEquals(same([answer(API, null)]), false);
  assertEquals(same(undefined), false);
  assertEquals(same([], [], 'new WebSocket("wss://a.example")'), false);
  assertEquals(same([], [], 'import http from "node:http"'), false);
});

Deno.test("what was asked before the run was opened, where nobody saw it, is not known to be answered the same", () => {
  const early = ["const a = await fetch(url)", 'await track("s")', "print(a)"];
  const late = ['await track("s")', "const ask = () => fetch(url)"];
  assertEquals(answersAreSame([], [], early), false);
  const seen = [answer(API, "a")];
  assertEquals(answersAreSame(seen, seen, early), true);
  assertEquals(answersAreSame(seen, seen, early, false), false);
  assertEquals(answersAreSame(seen, seen, late, false), true);
  const inOne = ['const a = await fetch(url); await track("s"); print(a)'];
  assertEquals(answersAreSame([], [], inOne), false);
  assertEquals(answersAreSame(seen, seen, inOne, false), false);
  assertEquals(answersAreSame(seen, seen, inOne), true);
  assertEquals(answersAreSame([], [], late), true);
  assertEquals(answersAreSame([], [], late.slice(1)), false);
});

Deno.test("a port that the system chose is the same address when it is another one", () => {
  const own = (port: number, digest: string) => [
    answer(`http://127.0.0.1:${port}/rows.json`, digest),
  ];
  assertEquals(answersAreSame(own(40001, "a"), own(51234, "a"), []), true);
  assertEquals(answersAreSame(own(40001, "a"), own(51234, "b"), []), false);
  assertEquals(answersAreSame(own(8000, "a"), own(8001, "a"), []), false);
});
