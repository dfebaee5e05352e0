import type { RestStream } from '../rest/rest-data.ts'

const updated = { key: ['id'], replication: 'updated_at' }

/** A list of which one record is asked for. */
const list = (id: string) => ({ id, path: `/api/v2/${id}?page[size]=1`, items: id, ...updated })

/** One that taps read by its incremental export, which administrators alone may: that is what has to be open. */
const exported = (id: string) => ({
  ...{ id, items: id, path: `/api/v2/incremental/${id}/cursor?start_time=1&per_page=1` },
})

/** By the names that Singer's tap has for them and their fields, and the paths of Zendesk's reference. */
export const zendeskStreams: readonly RestStream[] = [
  {
    ...exported('tickets'),
    ...{ key: ['id'], replication: 'generated_timestamp' },
    fields: {
      text: 'description external_id priority raw_subject recipient status subject type url',
      integer:
        'id assignee_id brand_id forum_topic_id generated_timestamp group_id organization_id problem_id requester_id ' +
        'submitter_id ticket_form_id',
      flag: 'allow_attachments allow_channelback has_incidents is_public',
      time: 'created_at due_at updated_at',
      object: 'satisfaction_rating via',
      list: 'collaborator_ids custom_fields email_cc_ids follower_ids followup_ids sharing_agreement_ids tags',
    },
  },
  {
    ...{ id: 'ticket_audits', partOf: 'tickets', key: ['id'], replication: 'created_at' },
    fields: {
      integer: 'id author_id ticket_id',
      time: 'created_at',
      object: 'metadata via',
      list: 'events',
    },
  },
  {
    ...{ id: 'ticket_comments', partOf: 'tickets', key: ['id'], replication: 'created_at' },
    fields: {
      text: 'body html_body plain_body type',
      integer: 'id audit_id author_id ticket_id',
      flag: 'public',
      time: 'created_at',
      object: 'metadata via',
      list: 'attachments',
    },
  },
  {
    ...{ id: 'ticket_metrics', partOf: 'tickets', ...updated },
    fields: {
      text: 'url',
      integer: 'id assignee_stations group_stations reopens replies ticket_id',
      time:
        'assigned_at assignee_updated_at created_at initially_assigned_at latest_comment_added_at requester_updated_at ' +
        'solved_at status_updated_at updated_at',
      object:
        'agent_wait_time_in_minutes first_resolution_time_in_minutes full_resolution_time_in_minutes ' +
        'on_hold_time_in_minutes reply_time_in_minutes requester_wait_time_in_minutes',
    },
  },
  {
    ...{ id: 'ticket_metric_events', items: 'ticket_metric_events', key: ['id'], replication: 'time' },
    path: '/api/v2/incremental/ticket_metric_events?start_time=1&per_page=1',
    fields: {
      text: 'metric type',
      integer: 'id instance_id ticket_id',
      flag: 'deleted',
      time: 'time',
      object: 'sla status',
    },
  },
  {
    ...list('ticket_fields'),
    fields: {
      text:
        'agent_description description raw_description raw_title raw_title_in_portal regexp_for_validation tag title ' +
        'title_in_portal type url',
      integer: 'id position sub_type_id',
      flag:
        'active collapsed_for_agents editable_in_portal removable required required_in_portal ' +
        'visible_in_portal',
      time: 'created_at updated_at',
      list: 'custom_field_options system_field_options',
    },
  },
  {
    // It has no pages. Anyone may read it, of a plan that has it.
    ...{ id: 'ticket_forms', path: '/api/v2/ticket_forms', items: 'ticket_forms', ...updated },
    refused: { reason: 'needs_plan' },
    fields: {
      text: 'display_name name raw_display_name raw_name url',
      integer: 'id position',
      flag: 'active default end_user_visible in_all_brands',
      time: 'created_at updated_at',
      list: 'restricted_brand_ids ticket_field_ids',
    },
  },
  {
    ...exported('users'),
    ...updated,
    fields: {
      text: 'alias details email external_id locale name notes phone role signature ticket_restriction time_zone url',
      integer: 'id custom_role_id default_group_id locale_id organization_id role_type',
      flag:
        'active chat_only moderator only_private_comments permanently_deleted report_csv restricted_agent shared ' +
        'shared_agent shared_phone_number suspended two_factor_auth_enabled verified',
      time: 'created_at last_login_at updated_at',
      object: 'photo user_fields',
      list: 'tags',
    },
  },
  {
    ...list('organizations'),
    fields: {
      text: 'details external_id name notes url',
      integer: 'id group_id',
      flag: 'shared_comments shared_tickets',
      time: 'created_at deleted_at updated_at',
      object: 'organization_fields',
      list: 'domain_names tags',
    },
  },
  {
    ...list('organization_memberships'),
    fields: {
      text: 'organization_name url',
      integer: 'id organization_id user_id',
      flag: 'default view_tickets',
      time: 'created_at updated_at',
    },
  },
  {
    ...list('groups'),
    fields: { text: 'name url', integer: 'id', flag: 'deleted', time: 'created_at updated_at' },
  },
  {
    ...list('group_memberships'),
    fields: {
      text: 'url',
      integer: 'id group_id user_id',
      flag: 'default',
      time: 'created_at updated_at',
    },
  },
  {
    ...list('macros'),
    fields: {
      text: 'description title url',
      integer: 'id position',
      flag: 'active',
      time: 'created_at updated_at',
      object: 'restriction',
      list: 'actions',
    },
  },
  {
    ...list('satisfaction_ratings'),
    fields: {
      text: 'comment reason score url',
      integer: 'id assignee_id group_id reason_id requester_id ticket_id',
      time: 'created_at updated_at',
    },
  },
  {
    // Some plans do not have it, and administrators alone may read it: a refusal may mean either.
    ...{ id: 'sla_policies', path: '/api/v2/slas/policies', items: 'sla_policies' },
    ...{ key: ['id'], replication: 'FULL_TABLE' },
    fields: {
      text: 'description title url',
      integer: 'id position',
      time: 'created_at updated_at',
      object: 'filter',
      list: 'policy_metrics',
    },
  },
  {
    ...list('tags'),
    ...{ key: ['name'], replication: 'FULL_TABLE' },
    fields: { text: 'name', integer: 'count' },
  },
]
