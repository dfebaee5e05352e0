import type { RestStream } from '../rest/rest-data.ts'

/*
 * What Slack's Web API lists, with the fields that its own client for Node knows of, and those of Singer's tap; keys and
 * replication are the tap's, too. The app's own grant reads public channels, the person's the private ones that they are in.
 * https://docs.slack.dev/reference/methods/conversations.list/ and those of the other lists (2026-08-20)
 */

const channelFields = {
  text: 'id name name_normalized creator context_team_id',
  integer: 'created updated unlinked num_members',
  flag:
    'is_channel is_group is_im is_mpim is_private is_archived is_general is_shared is_ext_shared is_org_shared ' +
    'is_pending_ext_shared is_member',
  object: 'topic purpose properties',
  list: 'previous_names shared_team_ids pending_shared',
} as const

const messageFields = {
  text:
    'channel_id ts thread_ts type subtype user bot_id app_id team text client_msg_id parent_user_id latest_reply permalink ' +
    'username',
  integer: 'reply_count reply_users_count',
  flag: 'is_locked subscribed hidden',
  object: 'edited metadata bot_profile root',
  list: 'blocks attachments files reactions reply_users pinned_to',
} as const

export const slackStreams: readonly RestStream[] = [
  {
    id: 'channels',
    path: '/api/conversations.list?types=public_channel&limit=1',
    items: 'channels',
    scope: 'channels:read',
    ...{ key: ['id'], replication: 'FULL_TABLE', fields: channelFields },
  },
  {
    id: 'channel_members',
    partOf: 'channels',
    ...{ key: ['channel_id', 'user_id'], replication: 'FULL_TABLE', fields: { text: 'channel_id user_id' } },
  },
  {
    id: 'messages',
    // A request would need a channel, and the app may be in none yet.
    grantedBy: 'channels:history',
    ...{ key: ['channel_id', 'ts'], replication: 'ts', fields: messageFields },
  },
  {
    id: 'threads',
    partOf: 'messages',
    // Of each thread all is asked for: an old one may have got new replies.
    ...{ key: ['channel_id', 'ts', 'thread_ts'], replication: 'FULL_TABLE', fields: messageFields },
  },
  {
    id: 'users',
    path: '/api/users.list?limit=1',
    items: 'members',
    scope: 'users:read',
    ...{ key: ['id'], replication: 'updated' },
    fields: {
      text: 'id team_id name real_name color tz tz_label locale who_can_share_contact_card',
      integer: 'tz_offset updated',
      flag:
        'deleted is_admin is_owner is_primary_owner is_restricted is_ultra_restricted is_bot is_app_user ' +
        'is_email_confirmed is_invited_user has_2fa',
      object: 'profile enterprise_user',
    },
  },
  {
    id: 'user_groups',
    path: '/api/usergroups.list?include_disabled=true',
    items: 'usergroups',
    scope: 'usergroups:read',
    ...{ key: ['id'], replication: 'FULL_TABLE' },
    fields: {
      text: 'id team_id enterprise_subteam_id name handle description auto_type created_by updated_by deleted_by',
      integer: 'date_create date_update date_delete user_count channel_count',
      flag: 'is_usergroup is_subteam is_external auto_provision',
      object: 'prefs',
      list: 'users',
    },
  },
  {
    id: 'files',
    path: '/api/files.list?count=1',
    items: 'files',
    scope: 'files:read',
    ...{ key: ['id'], replication: 'created' },
    fields: {
      text:
        'id name title mimetype filetype pretty_type user user_team mode external_type username url_private ' +
        'url_private_download permalink permalink_public',
      integer: 'created timestamp size comments_count',
      flag: 'editable is_external is_public public_url_shared display_as_bot',
      list: 'channels groups ims',
    },
  },
  {
    id: 'private_channels',
    path: '/api/conversations.list?types=private_channel&limit=1',
    items: 'channels',
    scope: 'groups:read',
    role: 'user',
    ...{ key: ['id'], replication: 'FULL_TABLE', fields: channelFields },
  },
  {
    id: 'private_messages',
    grantedBy: 'groups:history',
    role: 'user',
    ...{ key: ['channel_id', 'ts'], replication: 'ts', fields: messageFields },
  },
]
