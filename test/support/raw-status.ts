import { request } from 'node:http';

/** Of a GET as it is given: `fetch` tidies paths up, and names the host itself. */
export function rawStatus(
  { hostname, port }: URL,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number | undefined> {
  return new Promise((done, fail) => {
    request({ hostname, port, path, headers }, (response) => {
      response.resume();
      done(response.statusCode);
    })
      .on('error', fail)
      .end();
  });
}
