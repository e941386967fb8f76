// Beside the connections: the parts of undici that they are made of, without fetch, caches and mocks.

import connect from 'undici/lib/api/api-connect.js';
import buildConnector from 'undici/lib/core/connect.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Client from 'undici/lib/dispatcher/client.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

// undici's index does so for its whole API; a proxy's tunnel needs this one.
Object.assign(Dispatcher.prototype, { connect });

export { Agent, buildConnector, Client, Pool, ProxyAgent };
