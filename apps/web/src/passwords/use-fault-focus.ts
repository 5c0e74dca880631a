'use client'

import { type RefObject, useEffect } from 'react'

/** The first field with a fault takes the focus, so that it is read out. */
export function useFaultFocus(form: RefObject<HTMLElement | null>, errors: object): void {
  useEffect(() => {
    if (Object.keys(errors).length > 0) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [form, errors])
}
