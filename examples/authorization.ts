// Authorization on one machine, whole: an authorization server, a server that is protected by it, and a client that
// goes through the flow, calls a tool, is told that it needs more, and gets that too.
import { startAuthorizationServer } from "./authorization/authorization-server.js";
import { getToken, readChallenge, redirectUri } from "./authorization/flow.js";
import { startProtectedServer } from "./authorization/protected-server.js";

const authorizationServer = await startAuthorizationServer({ redirectUri });
const server = await startProtectedServer(authorizationServer.issuer);

/** Calls a tool with a token. */
async function call(token: string, name: string): Promise<Response> {
  const version = "2026-07-28";
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  return fetch(server.url, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      "MCP-Protocol-Version": version,
      "Mcp-Method": "tools/call",
      "Mcp-Name": name,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: {}, _meta } }),
  });
}

async function tell(answer: Response): Promise<void> {
  const { result, error } = (await answer.json()) as { result?: { content: [{ text: string }] }; error?: Error };
  console.log(`  ${answer.status}: ${result?.content[0].text ?? error?.message}`);
}

const say = (step: string) => console.log(`  ${step}`);
console.log("A token for what every request needs:");
const first = await getToken(server.url, { say });
console.log("whoami:");
await tell(await call(first.token, "whoami"));
console.log("write_file, with the same token:");
const refused = await call(first.token, "write_file");
const { scope } = readChallenge(refused.headers.get("www-authenticate"));
await tell(refused);
console.log(`Step-up to "${scope}":`);
const second = await getToken(server.url, { say, scope: scope!, clientId: first.clientId });
await tell(await call(second.token, "write_file"));

await server.close();
await authorizationServer.close();
