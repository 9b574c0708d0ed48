/** Longer texts are not worth their place. */
const LONGEST = 200;

/**
 * The same function, which keeps its answers to the last few texts: what every request of a client repeats is read
 * once. `most`: how many answers are kept at most.
 */
export function remembered<T>(read: (text: string) => T, most = 64): (text: string) => T {
  let answers = new Map<string, T>();
  // To compare two texts is quicker than to find one in a map, which has to read it all as well.
  let last: string | undefined;
  let lastAnswer: T;
  return (text) => {
    if (text === last) return lastAnswer;
    let answer = answers.get(text);
    if (answer === undefined) {
      answer = read(text);
      if (text.length > LONGEST) return answer;
      if (answers.size >= most) answers = new Map();
      answers.set(text, answer);
    }
    last = text;
    return (lastAnswer = answer);
  };
}
