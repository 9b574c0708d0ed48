import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createSseListener } from "../../transports/sse/node.js";
import adder from "./adder.js";

const http = createServer(createSseListener(adder, { messagesPath: "/messages" }));
http.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(http.address() as AddressInfo).port}/sse`));
