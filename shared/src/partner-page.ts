/** How a person stands for an account on the partner's page: makes one, or has a token of one. */
export type PartnerWay = 'create' | 'sign_in'

export const personFields = ['company', 'email', 'first_name', 'last_name'] as const
export type PersonField = (typeof personFields)[number]
export type PartnerField = PersonField | 'access_token'

export type PartnerFieldError = 'missing' | 'too_long' | 'characters' | 'email' | 'taken' | 'token'

/** What stands above the form when it was not at fault. */
export type PartnerNotice = 'too_old' | 'too_often'

/** The page where a person lets the partner into an account. */
export interface PartnerPage {
  /** The partner's name. */
  readonly partner: string
  /** The origin that the person goes back to. */
  readonly backTo: string
  /** The signed request, sent along with the answer. */
  readonly ticket: string
  readonly way: PartnerWay
  /** Never the access token. */
  readonly values: Readonly<Record<PersonField, string>>
  readonly errors: Readonly<Partial<Record<PartnerField, PartnerFieldError>>>
  readonly notice: PartnerNotice | null
}
