/** What a person needs to see of a change that is in one place: the lines that go and come, with two around them. */
export function changedLines(before: string, after: string, around = 2): string[] {
  const [old, now] = [before, after].map((text) => (text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/))) as [
    string[],
    string[],
  ];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let same = 0;
  while (
    same < old.length - start &&
    same < now.length - start &&
    old[old.length - 1 - same] === now[now.length - 1 - same]
  )
    same += 1;
  if (start === old.length && start === now.length) return [];
  return [
    ...now.slice(Math.max(0, start - around), start).map((line) => `  ${line}`),
    ...old.slice(start, old.length - same).map((line) => `- ${line}`),
    ...now.slice(start, now.length - same).map((line) => `+ ${line}`),
    ...now.slice(now.length - same, now.length - same + around).map((line) => `  ${line}`),
  ];
}
