import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AlwaysOffSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

export interface Tracing {
  /** Sends what is buffered: the last step before the process ends. */
  flush(): Promise<void>;
}

let started: Tracing | undefined;

/**
 * Makes trace ids in this process, and exports spans when an OTLP endpoint is given. Without one spans are not recorded
 * but still have valid ids, so that logs of all services meet in one trace id. Later calls change nothing: the
 * OpenTelemetry API is global to the process.
 */
export async function startTracing(service: string, otlpEndpoint: string | undefined): Promise<Tracing> {
  if (started !== undefined) return started;
  const provider = await createProvider(service, otlpEndpoint);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  started = { flush: () => provider.forceFlush() };
  return started;
}

async function createProvider(service: string, otlpEndpoint: string | undefined): Promise<TracerProvider> {
  const resource = resourceFromAttributes({ 'service.name': service });
  if (otlpEndpoint === undefined) return new TracerProvider({ resource, sampler: new AlwaysOffSampler() });
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const exporter = new OTLPTraceExporter({ url: `${otlpEndpoint}/v1/traces` });
  return new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
}
