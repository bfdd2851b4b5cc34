/**
 * Where a number may come from that no record holds: programs, connections, all variables at once, what
 * a name leads to that is computed, code made of texts.
 *
 * @module
 */

/** Modules whose functions start programs, or connect by themselves. */
const MODULES =
  "(?:node:|npm:|jsr:)?(?:child_process|net|tls|dgram|execa|zx|@david/dax|dax-sh|shelljs|cross-spawn|axios|got|undici|node-fetch|superagent|ws|pg|postgres|@db/postgres|mysql2?|redis|ioredis|mongodb|mongoose)(?:[@/][^\"'`]*)?";
const UNSEEN_MODULE = new RegExp(`^${MODULES}$`);

const UNSEEN = new RegExp(
  [
    String.raw`["'\x60]${MODULES}["'\x60]`,
    String
      .raw`\bhttps?\s*\.\s*(?:get|request)\s*\(|\{[^}]*\b(?:get|request)\b[^}]*\}\s*(?:from|=[^\n]*)\s*\(?["'](?:node:)?https?["']`,
    String
      .raw`\bDeno\s*\.\s*(?:connect\w*|listenDatagram|openKv)\b|\bWebSocket\b|\bEventSource\b`,
    String.raw`\benv\s*\.\s*toObject\b`,
    String
      .raw`(?<!\}\s*=\s*)\bprocess\s*\.\s*env\b(?!\s*(?:\?\.|\.)\s*\w|\s*\[\s*["'\x60])`,
    String
      .raw`\b(?:exec|execFile|spawn)Sync\s*\(|(?<![.\w$])exec(?:File)?\s*\(\s*["'\x60]`,
    String
      .raw`\bDeno\s*\.\s*Command\b[\s\S]*(?<!Deno\s*\.\s*)\bstd(?:out|err)\b(?!\s*:)`,
    // What a program gave and another cell looks into.
    String
      .raw`(?:[=(,:[>]|\breturn)\s*(?:await\s+)?(?:new\s+)?Deno\s*\.\s*Command\b(?![\s\S]*?\bstdout\s*:\s*["'](?:null|inherit)["'])`,
    String
      .raw`\bnew\s+Command\s*\(|\{[^}]*\bCommand\b[^}]*\}\s*=\s*Deno\b|\bDeno\s*\.\s*dlopen\b`,
    // Sizes and times of files, and variables, by names that are computed.
    String
      .raw`\b(?:l?stat|readLink|readlink)(?:Sync)?\s*\(\s*(?!["'\x60\s])|\benv\s*\.\s*get\s*\(\s*(?!["'\x60\s])|\bDeno\s*\.\s*env\b(?!\s*\.\s*\w)`,
    String.raw`\b(?:localStorage|indexedDB)\b`,
    String.raw`(?<![.\w$])eval\s*\(|\bnew\s+Function\b`,
  ].join("|"),
);

/** Whether a source takes what nobody sees where it is from. */
export function takesUnseen(source: string): boolean {
  return UNSEEN.test(source);
}

/** Whether what a module gives takes what nobody sees. */
export function isUnseenModule(specifier: string): boolean {
  return UNSEEN_MODULE.test(specifier);
}
