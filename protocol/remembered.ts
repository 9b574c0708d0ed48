/** Longer texts are not worth their place. */
const LONGEST = 200;

/**
 * The same function, which keeps its answers to the last few texts: what every request of a client repeats is read
 * once. `most`: how many answers are kept at most.
 */
export function remembered<T>(read: (text: string) => T, most = 64): (text: string) => T {
  let answers = new Map<string, T>();
  return (text) => {
    const known = answers.get(text);
    if (known !== undefined) return known;
    const answer = read(text);
    if (answers.size >= most) answers = new Map();
    if (text.length <= LONGEST) answers.set(text, answer);
    return answer;
  };
}
