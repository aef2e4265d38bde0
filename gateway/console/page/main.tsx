/** The console's page: everything that a technician sees of this gateway in a browser. */
import { render } from 'preact';
import { App } from './app.tsx';

render(<App />, document.getElementById('app') ?? document.body);
