import {
  FORMAT_HEADER,
  MESSAGE_ID_HEADER,
  RUN_ID_HEADER,
  type RunFormat,
  UI_MESSAGE_STREAM_HEADERS,
} from '../protocol/index.js';

/** The headers of a response that carries a run's chunks. */
export function runHeaders(run: {
  readonly id: string;
  readonly messageId: string;
  readonly format?: RunFormat | undefined;
}): Readonly<Record<string, string>> {
  return {
    ...UI_MESSAGE_STREAM_HEADERS,
    [RUN_ID_HEADER]: headerValue(run.id),
    [MESSAGE_ID_HEADER]: headerValue(run.messageId),
    ...(run.format !== undefined && { [FORMAT_HEADER]: run.format }),
  };
}

/** Visible ASCII; without `%`, or what is encoded could not be told. */
const PLAIN = /^[!-$&-~]*$/;

/** Ids are the app's and its clients': not all of them can be a header. */
function headerValue(id: string): string {
  return PLAIN.test(id) ? id : encodeURIComponent(id.toWellFormed());
}
