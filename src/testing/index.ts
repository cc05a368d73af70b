/** @module ai-durable-transport/testing */
export {
  cuttingProxy,
  type CuttingProxy,
  type CuttingProxyOptions,
  type ResponseLifetime,
} from './cutting-proxy.js';
export type {
  BreakPoint,
  Fault,
  FaultScript,
  FaultStep,
  RequestFilter,
  SeenRequest,
} from './fault.js';
export { faultyFetch, type FaultyFetch } from './faulty-fetch.js';
export { fixedClock, type FixedClock } from './fixed-clock.js';
export type {
  CallScript,
  ModelAction,
  ModelCallOptions,
  ModelFinishReason,
  ModelScript,
  ModelStreamPart,
} from './model-script.js';
export { networkErrorMessages } from './network-error-messages.js';
export type { ModelCall, ModelCallOutcome } from './scripted-call.js';
export {
  scriptedModel,
  type ScriptedModel,
  type ScriptedModelOptions,
} from './scripted-model.js';
export { scriptedText } from './scripted-text.js';
export {
  startInstance,
  type Instance,
  type StartInstanceOptions,
} from './start-instance.js';
export {
  startStreams,
  type StartStreamsOptions,
  type TestStreams,
} from './start-streams.js';
