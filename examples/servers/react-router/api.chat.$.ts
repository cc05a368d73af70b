/** `app/routes/api.chat.$.ts`: a resource route, for it has no component. */
import type { ActionFunctionArgs, LoaderFunctionArgs } from 'react-router';
import { chat } from '../chat.js';

export const loader = ({ request }: LoaderFunctionArgs): Promise<Response> =>
  chat.handle(request);

export const action = ({ request }: ActionFunctionArgs): Promise<Response> =>
  chat.handle(request);
