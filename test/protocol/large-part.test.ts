import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blobIdOf,
  blobPrefix,
  decodeBlobRecord,
  largeContentOf,
  safeMediaType,
  withBlob,
} from '../../src/protocol/index.js';
import { runs } from './runs.js';

const LIMIT = 300;
const base64 = 'QUFB'.repeat(101);
const dataUrl = `data:image/png;base64,${base64}`;
const output = { text: 'é'.repeat(151) };

describe('what of a part is too large for the log', () => {
  it.each([
    { type: 'file', mediaType: 'image/png', url: dataUrl },
    { type: 'reasoning-file', mediaType: 'image/png', url: dataUrl },
  ])('is the data of a $type', (part) => {
    const content = largeContentOf(part, LIMIT);
    expect(content).toEqual({ kind: 'file', mediaType: 'image/png', base64 });
    const url = '/api/chat/c/blobs/1';
    expect(content && withBlob(part, content, { url, bytes: 303 })).toEqual({
      ...part,
      url,
    });
  });

  it.each([
    { type: 'tool-output-available', toolCallId: 'c', output },
    { type: 'tool-find', toolCallId: 'c', state: 'output-available', output },
    { type: 'dynamic-tool', toolCallId: 'c', toolName: 'find', output },
  ])('is the output of a $type, counted in bytes', (part) => {
    const json = JSON.stringify(output);
    expect(json.length).toBeLessThan(LIMIT);
    const content = largeContentOf(part, LIMIT);
    expect(content).toEqual({ kind: 'output', json });
    const url = '/api/chat/c/blobs/1';
    expect(content && withBlob(part, content, { url, bytes: 313 })).toEqual({
      ...part,
      output: { type: 'blob', url, mediaType: 'application/json', bytes: 313 },
    });
  });

  it.each([
    ['a small file', { type: 'file', url: 'data:image/png;base64,QUFB' }],
    ['a link', { type: 'file', url: `https://x.example/${base64}` }],
    ['text in a URL', { type: 'file', url: `data:text/plain,${base64}` }],
    ['no URL', { type: 'file', url: 7 }],
    ['no comma', { type: 'file', url: `data:${base64}` }],
    ['text', { type: 'text', text: base64 }],
    ['text of an answer', { type: 'text-delta', id: '1', delta: base64 }],
    ['input', { type: 'tool-input-available', input: output }],
    ['data of the app', { type: 'data-mine', data: output }],
    ['a source', { type: 'source-url', url: dataUrl }],
    ['a small output', { type: 'tool-output-available', output: 'A' }],
    ['no output', { type: 'tool-output-available' }],
  ])('is nothing of %s', (_, part) => {
    expect(largeContentOf(part, LIMIT)).toBeUndefined();
  });

  it('is nothing where there is no limit', () => {
    const part = { type: 'tool-output-available', output };
    expect(largeContentOf(part, Infinity)).toBeUndefined();
    const file = { type: 'file', url: dataUrl };
    expect(largeContentOf(file, Infinity)).toBeUndefined();
  });
});

describe('the URL of a large part', () => {
  const id = '0123456789abcdef'.repeat(4);

  it('names a part of this very chat, or nothing', () => {
    const prefix = blobPrefix('/api/chat/', 'a/b c');
    expect(prefix).toBe('/api/chat/a%2Fb%20c/blobs/');
    expect(blobIdOf(prefix + id, prefix)).toBe(id);
    for (const url of [
      undefined,
      7,
      id,
      `/api/chat/other/blobs/${id}`,
      `https://x.example${prefix}${id}`,
      `${prefix}${id}?x`,
      `${prefix}${id}/`,
      `${prefix}../${id}`,
      `${prefix}${id.toUpperCase()}`,
      `${prefix}index`,
    ]) {
      expect(blobIdOf(url, prefix)).toBeUndefined();
    }
  });

  it('of a chat is that of no other chat', () => {
    const chatId = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(chatId, chatId, (one, other) => {
        const url = blobPrefix('/api/chat', one) + id;
        const found = blobIdOf(url, blobPrefix('/api/chat', other));
        expect(found).toBe(one === other ? id : undefined);
      }),
      runs(500),
    );
  });
});

describe('a media type', () => {
  it.each([
    ['image/png', 'image/png'],
    ['Image/SVG+XML; charset=utf-8', 'image/svg+xml'],
    ['', 'application/octet-stream'],
    ['image', 'application/octet-stream'],
    ['a/b\r\nx: y', 'application/octet-stream'],
    ['text/ü', 'application/octet-stream'],
    [`x/${'y'.repeat(101)}`, 'application/octet-stream'],
  ])('%j is safe as %j', (claimed, safe) => {
    expect(safeMediaType(claimed)).toBe(safe);
  });

  it('is good for a header, whatever was claimed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (claimed) => {
        const type = safeMediaType(claimed);
        expect(new Headers({ 'content-type': type }).get('content-type')).toBe(
          type,
        );
      }),
      runs(500),
    );
  });
});

it('reads any item of an index without throwing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (item) => {
      expect(decodeBlobRecord(item)).toBeUndefined();
      const value = { type: 'blob', key: 'x', value: item };
      expect(decodeBlobRecord(value)).toBeUndefined();
    }),
    runs(500),
  );
});
