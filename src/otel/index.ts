/** @module ai-durable-transport/otel */
export {
  openTelemetry,
  type ChatTelemetry,
  type OpenTelemetryOptions,
} from './open-telemetry.js';
