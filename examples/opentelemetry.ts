// Tracing with the real OpenTelemetry API: one middleware makes a span of every request, as a child of the client's.
import {
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context as TraceContext,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  BasicTracerProvider,
  SimpleSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-base";
import { createServer, type Middleware } from "../server/index.js";
import { serveStdio } from "../transports/stdio.js";

// A line on standard error for each span; a real server would export to its collector.
const exporter: SpanExporter = {
  export(spans, done) {
    for (const span of spans) console.error(`span ${JSON.stringify(shown(span))}`);
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};
const shown = (span: ReadableSpan) => ({
  name: span.name,
  traceId: span.spanContext().traceId,
  parent: span.parentSpanContext?.spanId,
  ...span.attributes,
});

propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
const tracer = trace.getTracer("example");

const tracing: Middleware = async (ctx, next) => {
  const { name } = ctx.params as { name?: string };
  const parent: TraceContext = propagation.extract(ROOT_CONTEXT, ctx.trace);
  const attributes = { "mcp.method.name": ctx.method, "mcp.protocol.version": ctx.client.version };
  const span = tracer.startSpan(
    name ? `${ctx.method} ${name}` : ctx.method,
    { kind: SpanKind.SERVER, attributes },
    parent,
  );
  try {
    const result = await next();
    if (result.isError === true) span.setStatus({ code: SpanStatusCode.ERROR });
    return result;
  } catch (error) {
    span.recordException(error as Error);
    span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
    throw error;
  } finally {
    span.end();
  }
};

const server = createServer({ name: "traced", version: "1.0.0" });
server.use(tracing);
server.tool(
  "greet",
  { input: { type: "object", properties: { name: { type: "string" } }, required: ["name"] } },
  ({ name }) => `Hello, ${name}!`,
);

await serveStdio(server);
