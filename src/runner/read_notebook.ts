/**
 * Reading the notebook that is to be run.
 *
 * @module
 */
import { isPresent } from "../base/files.ts";
import { isNbtrackError, messageOf, NbtrackError } from "../base/errors.ts";
import {
  isDenoNotebook,
  kernelNameOf,
  type Notebook,
  parseNotebook,
} from "../notebook/notebook.ts";

/**
 * Reads a notebook and refuses one that is not Deno's.
 *
 * @throws {NbtrackError} saying what is wrong with the file
 */
export async function readDenoNotebook(path: string): Promise<Notebook> {
  const notebook = parse(await read(path), path);
  if (isDenoNotebook(notebook)) return notebook;
  throw new NbtrackError(
    `${path} is a notebook for the kernel "${
      kernelNameOf(notebook) ?? "unknown"
    }", not for Deno's.`,
    { hint: "Open it in Jupyter, choose the kernel Deno, and save it." },
  );
}

/** Makes sure that a file can be written before anything is executed for it. @returns whether it was made by that */
export async function checkWritable(path: string): Promise<boolean> {
  try {
    const made = !isPresent(path);
    (await Deno.open(path, { write: true, create: true, append: true }))
      .close();
    return made;
  } catch (cause) {
    throw new NbtrackError(
      `Cannot write the executed notebook to ${path}: ${messageOf(cause)}.`,
      { cause, hint: "Give --output a file in a folder that can be written." },
    );
  }
}

async function read(path: string): Promise<string> {
  try {
    const { isFile, isDirectory } = await Deno.stat(path);
    if (!isFile && !isDirectory) {
      throw new TypeError("it is a pipe or a device");
    }
    return await Deno.readTextFile(path);
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound
      ? `There is no notebook ${path}.`
      : cause instanceof Deno.errors.IsADirectory
      ? `${path} is a folder, not a notebook.`
      : `Cannot read the notebook ${path}: ${messageOf(cause)}.`;
    throw new NbtrackError(why, {
      cause,
      hint: "Give the path of an .ipynb file.",
    });
  }
}

function parse(text: string, path: string): Notebook {
  try {
    return parseNotebook(text);
  } catch (cause) {
    if (!isNbtrackError(cause)) throw cause;
    throw new NbtrackError(`Cannot run ${path}. ${cause.message}`, {
      cause,
      hint: cause.hint,
    });
  }
}
