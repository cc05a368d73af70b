/** @jsxImportSource preact */
import { render } from 'preact';
import { App } from './app.js';
import './styles/base.css';
import './styles/layout.css';
import './styles/records.css';
import './styles/messages.css';
import { restoreTheme } from './theme-toggle.js';

restoreTheme();
const place = document.querySelector('#app');
if (place !== null) render(<App />, place);
