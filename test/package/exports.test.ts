import { expect, it } from 'vitest';
import { getPackageExportsManifest } from 'vitest-package-exports';
import { listExportedTypes } from '../tools/list-exported-types.js';

// What users may import. A change here is a change of the public API: it needs
// a line in CHANGELOG.md. Run `npx vitest run --project v7 test/package -u`.

it('every entry exports these values', async () => {
  const { exports } = await getPackageExportsManifest({
    importMode: 'src',
    shouldIgnoreEntry: ({ entry }) => entry === './package.json',
  });
  expect(exports).toMatchInlineSnapshot(`
    {
      ".": {
        "DurableChatError": "function",
        "DurableTransport": "function",
        "durableFetch": "function",
        "isBlobReference": "function",
      },
      "./embedded": {
        "embeddedStreams": "function",
        "serveStreams": "function",
      },
      "./otel": {
        "openTelemetry": "function",
      },
      "./react": {
        "useApprovals": "function",
        "useDurableChat": "function",
        "usePresence": "function",
      },
      "./server": {
        "DurableChatError": "function",
        "allowAnyone": "function",
        "createDurableChat": "function",
        "isBlobReference": "function",
      },
      "./session": {
        "DurableChatError": "function",
        "DurableSession": "function",
        "conflictingAnswer": "function",
      },
      "./tanstack-db": {
        "agentsCollectionOptions": "function",
        "approvalsCollectionOptions": "function",
        "messagesCollectionOptions": "function",
        "presenceCollectionOptions": "function",
        "recordsCollectionOptions": "function",
        "runsCollectionOptions": "function",
      },
      "./testing": {
        "cuttingProxy": "function",
        "faultyFetch": "function",
        "fixedClock": "function",
        "networkErrorMessages": "object",
        "scriptedModel": "function",
        "scriptedText": "function",
        "startInstance": "function",
        "startStreams": "function",
      },
    }
  `);
});

it('the main entry exports these types', () => {
  expect(listExportedTypes('src/index.ts')).toMatchInlineSnapshot(`
    [
      "BlobReference",
      "Connection",
      "ConnectionState",
      "DurableChatErrorCode",
      "DurableFetch",
      "DurableFetchOptions",
      "DurableTransportOptions",
      "LoadedMessages",
      "PageStreamOptions",
      "ReconnectOptions",
      "ResumeOptions",
    ]
  `);
});

it('./server exports these types', () => {
  expect(listExportedTypes('src/server/index.ts')).toMatchInlineSnapshot(`
    [
      "Actor",
      "AgentContext",
      "AgentOptions",
      "AgentPresence",
      "AgentTriggers",
      "AroundRun",
      "Authorize",
      "AuthorizeContext",
      "BlobReference",
      "ChatAction",
      "DirectReadContext",
      "DirectReadsOptions",
      "DurableChat",
      "DurableChatErrorCode",
      "DurableChatEvent",
      "DurableChatOptions",
      "EndedRun",
      "ErrorContext",
      "EventsOptions",
      "EventsResponseOptions",
      "FailedChat",
      "FinishEvent",
      "LoadedChat",
      "PresenceOptions",
      "Recover",
      "RecoverOptions",
      "RecoverReport",
      "RespondContext",
      "RespondResult",
      "RouteHandler",
      "RunStatus",
      "SchemaResult",
      "StandardSchema",
      "StopOptions",
      "StreamResult",
      "StreamsOptions",
      "ToResponseOptions",
    ]
  `);
});

it('./session exports these types', () => {
  expect(listExportedTypes('src/session/index.ts')).toMatchInlineSnapshot(`
    [
      "AgentValue",
      "AnswerValue",
      "AppRecordKey",
      "ApprovalAnswer",
      "ApprovalRequest",
      "DurableChatErrorCode",
      "DurableSessionOptions",
      "DurableSessionSnapshot",
      "ForkOptions",
      "MessageEnd",
      "NewMessage",
      "PresenceChange",
      "PresenceValue",
      "RegenerateOptions",
      "RunStatus",
      "SchemaResult",
      "SessionCallbacks",
      "SessionRequestOptions",
      "SessionRunInfo",
      "SessionStatus",
      "StandardSchema",
      "ToolAnswer",
      "UnsentMessage",
    ]
  `);
});

it('./react exports these types', () => {
  expect(listExportedTypes('src/react/index.ts')).toMatchInlineSnapshot(`
    [
      "ChatActions",
      "UseDurableChatHelpers",
      "UseDurableChatOptions",
    ]
  `);
});

it('./tanstack-db exports these types', () => {
  expect(listExportedTypes('src/tanstack-db/index.ts')).toMatchInlineSnapshot(`
    [
      "ApprovalRow",
      "ApprovalsCollectionOptions",
      "CollectionSettings",
      "MessageRow",
      "MessagesCollectionConfig",
      "MessagesCollectionOptions",
      "NewMessageRow",
      "NewMessageSchema",
      "RecordsCollectionConfig",
      "RecordsCollectionOptions",
      "RowSchema",
      "SessionCollectionConfig",
      "SessionSource",
      "ShownCollectionOptions",
    ]
  `);
});

it('./otel exports these types', () => {
  expect(listExportedTypes('src/otel/index.ts')).toMatchInlineSnapshot(`
    [
      "ChatTelemetry",
      "OpenTelemetryOptions",
    ]
  `);
});

it('./embedded exports these types', () => {
  expect(listExportedTypes('src/embedded/index.ts')).toMatchInlineSnapshot(`
    [
      "EmbeddedStreams",
      "EmbeddedStreamsOptions",
      "ServeStreamsOptions",
      "StreamsServer",
    ]
  `);
});

it('./testing exports these types', () => {
  expect(listExportedTypes('src/testing/index.ts')).toMatchInlineSnapshot(`
    [
      "BreakPoint",
      "CallScript",
      "CuttingProxy",
      "CuttingProxyOptions",
      "Fault",
      "FaultScript",
      "FaultStep",
      "FaultyFetch",
      "FixedClock",
      "Instance",
      "ModelAction",
      "ModelCall",
      "ModelCallOptions",
      "ModelCallOutcome",
      "ModelFinishReason",
      "ModelScript",
      "ModelStreamPart",
      "RequestFilter",
      "ResponseLifetime",
      "ScriptedModel",
      "ScriptedModelOptions",
      "SeenRequest",
      "StartInstanceOptions",
      "StartStreamsOptions",
      "TestStreams",
    ]
  `);
});
