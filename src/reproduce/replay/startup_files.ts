/**
 * Files that programs read, or execute, because they lie in a folder.
 *
 * @module
 */
/** By which Deno and npm are set up. */
const CONFIGURES =
  /^(?:deno\.jsonc?|deno\.lock|package(?:-lock)?\.json|\.npmrc|\.yarnrc(?:\.yml)?|jsr\.jsonc?|tsconfig[^/]*\.json|node_modules|\.deno.*|\.nbtrack)$/i;

/** Which editors, shells, version control and other tools execute, or are led by to execute something. */
const EXECUTED =
  /^(?:\.git.*|\.hg.*|\.svn|\.bzr|\.jj|\.env.*|\.direnv|\.mise\.toml|mise\.toml|\.tool-versions|\.asdfrc|\.vscode|\.idea|\.fleet|\.zed|\.theia|\.devcontainer.*|\.vs|\.sublime-.*|.*\.sublime-project|.*\.code-workspace|\.editorconfig|\.dir-locals\.el|\.?n?vimrc|\.n?vim.*|\.exrc|\.?gdbinit|\.lldbinit|\.pdbrc|\.ipython|\.ipynb_checkpoints|\.jupyter|(?:jupyter|ipython).*_config\.(?:py|json)|(?:site|user)customize\.py|.*\.pth|conftest\.py|pyproject\.toml|setup\.(?:py|cfg)|tox\.ini|\.pre-commit-config\.yaml|\.husky|\.bash.*|\.zsh.*|\.z?profile|\.inputrc|\.screenrc|\.tmux\.conf|\.claude|\.cursor.*|\.mcp\.json|\.htaccess|autorun\.inf|desktop\.ini|\.DS_Store|\.cargo|\.config|\.local|\.ssh|\.gnupg|\.netrc|\.terraform.*|\.mise|\.Rprofile|\.Renviron|\.RData|\.Rproj\.user|.*\.Rproj|\.pnpmfile\.[cm]?js|bunfig\.toml|\.irbrc|\.pryrc|_n?vimrc|\.lvimrc|\.autoenv.*|pyvenv\.cfg|\.clangd|\.ccls|Makefile|GNUmakefile|Vagrantfile|Rakefile|.*\.desktop|.*\.lnk|.*\.url)$/i;

/** Whether a program acts on a path because it is there: reads its settings from it, or executes it. */
export function actsByItself(path: string): boolean {
  return names(path).some((name) =>
    CONFIGURES.test(name) || EXECUTED.test(name)
  );
}

/** Folders of version control, whose settings nbtrack's own git would find. */
const VERSIONED = /^\.(?:git|hg|svn|bzr|jj)$/i;

/** Whether a path would act on a replay itself: on Deno and npm, which run it, or on git. */
export function actsOnReplay(path: string): boolean {
  return names(path).some((name) =>
    CONFIGURES.test(name) || VERSIONED.test(name)
  );
}

/** Whether a path tells npm and Deno which registries to ask. */
export function isNpmrc(path: string): boolean {
  return names(path).some((name) => /^\.npmrc$/i.test(name));
}

/** Says of a dataset which of its files were left out of a replay. */
export function filesLeftOut(
  name: string,
  [first = "", ...more]: string[],
): string {
  const others = more.length === 0
    ? ""
    : ` and ${more.length} more ${more.length === 1 ? "file" : "files"}`;
  return `${name}: ${first}${others} would configure or start a program and was left out`;
}

/** By what a folder is a bare repository to git, which does what its `config` says. */
const REPOSITORY = /^(?:HEAD|objects|refs|commondir|worktrees)$/i;

/** Names that git would act on in a folder without `.git`: nothing, unless names of a bare repository stand together. */
export function bareRepository(names: readonly string[]): Set<string> {
  const some = names.filter((name) => REPOSITORY.test(name));
  return some.length > 1 && some.some((name) => /^HEAD$/i.test(name))
    ? new Set(names.filter((name) => /^(?:HEAD|config.*|hooks)$/i.test(name)))
    : new Set();
}

/** A name as every file system may read it: a dot or a space at the end does not count on some. */
export function plainName(name: string): string {
  return name.normalize("NFKC").replace(/\p{Cf}/gu, "").replace(/[. ]+$/, "");
}

function names(path: string): string[] {
  return path.split(/[/\\]/).filter((name) =>
    name !== "" && !/^\.+$/.test(name)
  ).map(plainName);
}
