/**
 * Values that the user of this machine allowed to be stored although they look like secrets, by their keyed digests.
 *
 * @module
 */
/** Where they are listed. */
export function allowedPath(home: string): string {
  return `${home}/allowed.json`;
}

/** The keyed digests of the values that are allowed; none when there is no list, or no folder for one. */
export function allowedDigests(home: string): string[] {
  const text = listIn(home);
  return [...text.matchAll(/"([\da-f]{32})"/g)].map(([, digest = ""]) =>
    digest
  );
}

/** Allows a value from here on. */
export function allowSecret(home: string, digest: string): void {
  const all = [...new Set([...allowedDigests(home), digest])];
  Deno.writeTextFileSync(
    allowedPath(home),
    `${JSON.stringify({ allowed: all }, null, 2)}\n`,
    { mode: 0o600 },
  );
}

function listIn(home: string): string {
  try {
    return Deno.readTextFileSync(allowedPath(home));
  } catch (error) {
    const { NotADirectory, NotFound } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) return "";
    throw error;
  }
}
