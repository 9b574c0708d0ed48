// Resources: one with a fixed URI, and a template that stands for many, with a list and completion.
const users = new Map([
  ["1", { name: "Ada Lovelace", role: "admin" }],
  ["2", { name: "Grace Hopper", role: "editor" }],
  ["17", { name: "Margaret Hamilton", role: "editor" }],
]);

/** The configuration of the application.
 *  @resource config://app */
export function config() {
  return { theme: "dark", language: "en", features: ["search", "export"] };
}

/** The profile of a user.
 *  @resource users://{id}/profile */
export function profile({ id }: { id: string }) {
  const user = users.get(id);
  return user && { id, ...user }; // undefined is "not found"
}
// What a comment cannot say is assigned: what `resources/list` shows of this template, and how to complete a variable.
profile.list = () => [...users].map(([id, { name }]) => ({ uri: `users://${id}/profile`, title: name }));
profile.complete = { id: (typed: string) => [...users.keys()].filter((id) => id.startsWith(typed)) };
