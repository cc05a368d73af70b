import { existsSync } from 'node:fs';

const PLACES = ['/usr/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx'];

/** The nginx that `NGINX_PATH` names, else one that is installed. */
export const findNginx = (): string | undefined =>
  [process.env['NGINX_PATH'], ...PLACES].find(
    (path) => path !== undefined && path !== '' && existsSync(path),
  );
