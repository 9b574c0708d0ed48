/** Options that say what is tried and what is written: they are left out of the line that plays one trace alone. */
const LEFT_OUT = /^--(only|revision|wire|json|junit|html|verbose)(=|$)/;

/** The command line that plays chosen traces alone on the same subject. */
export function alone(own: readonly string[], command: readonly string[] | undefined) {
  const kept: string[] = [];
  for (let index = 0; index < own.length; index++) {
    const word = own[index] as string;
    if (!LEFT_OUT.test(word)) kept.push(word);
    else if (!word.includes("=") && word !== "--verbose") index++;
  }
  const tail = command === undefined ? [] : ["--", ...command];
  return (path: string, revision: string, wire?: string): string => {
    const chosen = ["--only", path, "--revision", revision, ...(wire === undefined ? [] : ["--wire", wire])];
    return ["barewire", "check", ...chosen, ...kept, ...tail].map(quoted).join(" ");
  };
}

const quoted = (word: string): string => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
