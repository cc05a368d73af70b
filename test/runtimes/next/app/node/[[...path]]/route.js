import { nextApp } from '../../next-app.js';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';
export const { GET, POST, PUT, DELETE } = nextApp('/node');
