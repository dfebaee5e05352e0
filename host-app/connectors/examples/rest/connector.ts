import { defineRestConnector } from '../../rest/define-rest-connector.ts'
import { inOrder, secret, startDate } from '../../setting-kinds.ts'

/**
 * The example of a service with a REST API and an API key: a made-up list of tasks. `bobbin connectors new --kind rest` copies it.
 */
export const connector = defineRestConnector({
  info: {
    type: 'platform.example-rest',
    slug: 'example-rest',
    name: 'Example of REST',
    category: 'Project management',
    keywords: ['tasks', 'to-do'],
    logo: null,
    stage: 'alpha',
    auth_methods: [{ key: 'key', title: 'API key', type: 'API_KEY', properties: ['api_key'] }],
    description: 'Lists and their tasks.',
    docs_url: 'https://todo.example/docs',
    stream_noun: 'object',
    steps: ['form', 'discover_schema', 'field_selection'],
    properties: inOrder([
      secret({ name: 'api_key', title: 'API key', description: 'Under Settings → API.' }),
      startDate,
    ]),
    authorization: null,
    default_scheduling_interval: 30,
    default_start_date: '-1 year',
  },
  // No request goes elsewhere, whatever the settings say.
  hosts: ['api.todo.example'],
  api: {
    origin: 'https://api.todo.example',
    signIn: { key: { bearer: '{api_key}' } },
    items: 'items',
    manners: { perSecond: 10 },
  },
  // A small request that only who signed in gets an answer to.
  check: { path: '/v1/me', proof: 'id' },
  identify: { names: ['{name} ({email})', '{email}'] },
  streams: [
    {
      ...{ id: 'lists', path: '/v1/lists?limit=1', key: ['id'], replication: 'FULL_TABLE' },
      fields: { text: 'id title', time: 'created_at' },
    },
    {
      ...{ id: 'tasks', path: '/v1/tasks?limit=1', key: ['id'], replication: 'updated_at' },
      fields: { text: 'id list_id title', flag: 'is_done', time: 'created_at updated_at', day: 'due_on' },
    },
    {
      ...{ id: 'task_comments', partOf: 'tasks', key: ['id'], replication: 'created_at' },
      fields: { text: 'id task_id text', time: 'created_at' },
    },
  ],
})
