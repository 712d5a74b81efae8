import {
  context,
  isSpanContextValid,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
} from '@opentelemetry/api';

const tracer = () => trace.getTracer('@latchkey/service-kit');

/** The id under which everything that one cause set off can be found: from the API call to Salto's answer. */
export function currentTraceId(): string | undefined {
  const span = trace.getSpanContext(context.active());
  return span !== undefined && isSpanContextValid(span) ? span.traceId : undefined;
}

/** The W3C `traceparent` to store in an outbox row, a Kafka header or a Temporal header. */
export function currentTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'];
}

/** The context of a trace that came from outside; the present one where there was none or it was malformed. */
export function contextOf(traceparent: string | undefined): Context {
  return propagation.extract(context.active(), traceparent === undefined ? {} : { traceparent });
}

/** Runs `fn` in a new span of the given trace, else of the present one, else of a new one. An error marks it and passes on. */
export async function withTraceparent<T>(
  traceparent: string | undefined,
  name: string,
  fn: () => Promise<T>,
): Promise<T> {
  return tracer().startActiveSpan(name, { kind: SpanKind.CONSUMER }, contextOf(traceparent), async (span) => {
    try {
      return await fn();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}
