/**
 * Texts and modules that builds, tests, services and assistants act on because of their names.
 *
 * @module
 */
import { plainName } from "./startup_files.ts";

/** What builds, tests and tools of many kinds read. */
const BUILT =
  /^(?:CMakeLists\.txt|meson[-_.]options\.txt|(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.txt|(?:apt|runtime|packages)\.txt|.*[-_.](?:config|conf|rc|setup|workspace|test|spec|stories)\.[cm]?[jt]sx?|.*[-_.]?(?:config|conf|settings|workspace|project|lock)\.json|(?:gulp|grunt)file.*|(?:middleware|instrumentation|setupTests|next-env\.d)\.[cm]?[jt]sx?|.*\.ya?ml|pom\.xml|build\.xml)$/i;
/** What assistants take for instructions of the folder's owner, also with a word between: `CLAUDE.local.md`. */
const INSTRUCTS =
  /^(?:AGENTS?|AIDER|AMP|AUGMENT|CLAUDE|CLINE|CODEBUDDY|CODEX|CONVENTIONS|COPILOT|CRUSH|CURSOR|DEVIN|DROID|GEMINI|GOOSE|GROK|IFLOW|JULES|JUNIE|KILOCODE|KIMI|KIRO|LLMS?|MEMORY|OPENCODE|OPENHANDS|QODO|QWEN|REPLIT|ROO|SKILLS?|TRAE|VIBE|WARP|WINDSURF|ZENCODER|copilot-instructions|.*\.(?:instructions|prompt|chatmode|agent|rules))(?:\..*)?\.mdx?$/i;
/** Folders, and hidden files, in which such texts may have any name. */
const FOLDERS =
  /^(?:\.(?:agents?|aiassistant|ai|aider|amazonq|augment|codebuddy|codeium|codex|continue|copilot|crush|factory|gemini|goose|iflow|junie|kilocode|kimi|kiro|opencode|openhands|pi|qodo|qwen|replit|roo|rovodev|rules|tabnine|trae|vibe|warp|windsurf|zencoder)(?:rules|ignore|modes|[-_.].*)?|\.?(?:binder|clinerules))$/i;
/** What assistants read of a folder beside its `README`. */
const ADDRESSED = /^llms(?:[-_.].*)?\.txt$/i;
/** Folders in which assistants look for texts that tell them what to do. */
const INSTRUCTING = /^(?:agents?|commands?|skills?|prompts?)$/i;
/** Where every text lists packages, whatever its name. */
const LISTS = /^(?:requirements?|constraints)$/i;

/** Whether a tool acts on a file of that name in that folder. @param path relative to the folder that is kept */
export function isObeyed(path: string): boolean {
  const names = path.split("/").map(plainName);
  const name = names.at(-1) ?? "";
  return BUILT.test(name) || INSTRUCTS.test(name) || ADDRESSED.test(name) ||
    /\.mdx?$/i.test(name) &&
      names.slice(0, -1).some((folder) => INSTRUCTING.test(folder)) ||
    LISTS.test(names.at(-2) ?? "") && /\.txt$/i.test(name);
}

/** Whether assistants, or services that build, obey what lies in a folder, or a hidden file, of that name. */
export function isObeyedFolder(name: string): boolean {
  return FOLDERS.test(plainName(name));
}
