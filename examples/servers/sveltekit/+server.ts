/** `src/routes/api/chat/[...path]/+server.ts` */
import type { RequestHandler } from '@sveltejs/kit';
import { chat } from '../chat.js';

const answer: RequestHandler = ({ request }) => chat.handle(request);

export const GET = answer;
export const POST = answer;
export const DELETE = answer;
