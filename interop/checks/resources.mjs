// @ts-check
import { deepEqual, equal, match } from "node:assert/strict";
import { facts, failure, pages } from "./expectations.mjs";

export const resources = [
  {
    name: "list resources",
    async run({ client }) {
      const items = await pages((params) => client.listResources(params), "resources");
      deepEqual(
        items.map(({ uri, name, mimeType }) => [uri, name, mimeType]),
        [
          ["test://static", "static", "text/plain"],
          ["test://bytes", "bytes", "application/octet-stream"],
        ],
      );
    },
  },
  {
    name: "read",
    async run({ client }) {
      deepEqual((await client.readResource({ uri: "test://static" })).contents, [
        { uri: "test://static", mimeType: "text/plain", text: "always the same" },
      ]);
      deepEqual((await client.readResource({ uri: "test://bytes" })).contents, [
        { uri: "test://bytes", mimeType: "application/octet-stream", blob: "AP+A" },
      ]);
    },
  },
  {
    name: "read what is not there",
    async run(link) {
      const uri = "test://nowhere";
      const error = await failure(link.client.readResource({ uri }));
      // What came, since one of the clients has the same error class, with the same code, for every revision.
      equal(link.received.all.findLast((message) => "error" in message).error.code, facts(link).notFound);
      match(error.message, /test:\/\/nowhere/);
      equal(error.data.uri, uri);
    },
  },
  {
    name: "list templates",
    async run({ client }) {
      const items = await pages((params) => client.listResourceTemplates(params), "resourceTemplates");
      deepEqual(
        items.map(({ uriTemplate }) => uriTemplate),
        ["test://cancelled/{call}", "test://weather/{city}"],
      );
    },
  },
  {
    name: "read by template",
    async run({ client }) {
      deepEqual((await client.readResource({ uri: "test://weather/Bern" })).contents, [
        { uri: "test://weather/Bern", mimeType: "text/plain", text: "sunny in Bern" },
      ]);
    },
  },
];
