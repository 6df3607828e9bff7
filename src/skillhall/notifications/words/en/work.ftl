# Work and money: what people hire each other for, what they pay, what they dispute.

# Projects that fit, bids

gigs-project_matched = A project for you: { $title }
    .text =
        { $other } is looking for somebody who knows { $skills }.

        Have a look at “{ $title }” and make an offer if it suits you.
    .action = See the project
gigs-bid_submitted = New bid: { $title }
    .text =
        { $has_price ->
            [yes] { $other } would like to do “{ $title }” for { $price }.
           *[no] { $other } would like to do “{ $title }”.
        }

        { $words }
    .action = See the bid
gigs-bid_withdrawn = Bid withdrawn: { $title }
    .text = { $other } has taken back their bid on “{ $title }”.
    .action = See the other bids
gigs-bid_shortlisted = You are on the shorter list: { $title }
    .text = { $other } has shortlisted your bid on “{ $title }”.
    .action = See the project
gigs-bid_interviewing = Let us talk: { $title }
    .text = { $other } would like to talk with you about “{ $title }”. Write to them to find a time.
    .action = See the project
gigs-bid_accepted = Your bid was accepted: { $title }
    .text = { $other } has chosen you for “{ $title }”. Work begins when you have both agreed on the terms.
    .action = See the project
gigs-bid_rejected = Bid not taken: { $title }
    .text = Your bid on “{ $title }” was not taken this time.
    .action = See the project
gigs-bid_expired = Bid lapsed: { $title }
    .text = Nobody has decided about your bid on “{ $title }” in time, so it has lapsed.
    .action = See the project

# Invites and offers

gigs-invite_sent = An invite: { $title }
    .text =
        { $other } invites you to “{ $title }”. Please answer by { $until }.

        { $words }
    .action = Answer
gigs-offer_sent = A direct offer: { $title }
    .text =
        { $other } offers you { $price } for “{ $title }”. Please answer by { $until }.

        { $words }
    .action = Answer
gigs-invite_accepted =
    { $is_offer ->
        [yes] Offer accepted: { $title }
       *[no] Invite accepted: { $title }
    }
    .text =
        { $is_offer ->
            [yes] { $other } has accepted your offer for “{ $title }”. An agreement is ready to be signed.
           *[no] { $other } has accepted your invite to “{ $title }”.
        }
    .action = See the project
gigs-invite_declined =
    { $is_offer ->
        [yes] Offer declined: { $title }
       *[no] Invite declined: { $title }
    }
    .text =
        { $is_offer ->
            [yes] { $other } has declined your offer for “{ $title }”.
           *[no] { $other } has declined your invite to “{ $title }”.
        }
    .action = See the project
gigs-invite_withdrawn =
    { $is_offer ->
        [yes] Offer taken back: { $title }
       *[no] Invite taken back: { $title }
    }
    .text = { $other } has changed their mind about “{ $title }”.
    .action = See the project
gigs-invite_expired =
    { $is_offer ->
        [yes] No answer to your offer: { $title }
       *[no] No answer to your invite: { $title }
    }
    .text = Nobody has answered in time. You can ask somebody else to do “{ $title }”.
    .action = See the project

# Agreements

gigs-agreement_to_sign = An agreement to sign: { $title }
    .text =
        You and { $other } are about to agree on “{ $title }”. Please read the terms and sign by { $until }.

        If one of you does not sign, nothing is agreed and the project is open again.
    .action = Read and sign
gigs-terms_changed = Terms changed: { $title }
    .text = { $other } has changed the terms of “{ $title }”, so earlier signatures no longer count. Please read them again and sign by { $until }.
    .action = Read and sign
gigs-agreement_signed = Signed by { $other }: { $title }
    .text = { $other } has signed the agreement about “{ $title }”. Now it is your turn, until { $until }.
    .action = Read and sign
gigs-agreement_activated = Agreed: { $title }
    .text = You and { $other } have both signed the agreement about “{ $title }”. Work begins as soon as its money is set aside.
    .action = See the agreement
gigs-agreement_expired = Not signed in time: { $title }
    .text = You and { $other } have not both signed the agreement about “{ $title }”. What was set aside goes back, and the project is open again.
    .action = See the project
gigs-agreement_cancelled = Called off: { $title }
    .text = The agreement with { $other } about “{ $title }” was called off. What was set aside and not yet paid goes back to the client.
    .action = See the agreement
gigs-project_completed = Completed: { $title }
    .text = “{ $title }” is done and paid for. Tell others how it was to work with { $other }.
    .action = Write a review

# Milestones, hours and their money

gigs-work_funded = The money is set aside: { $title }
    .text = { $other } has set aside { $price } for “{ $title }” ({ $project }). It is safe until the work is done, so you can begin.
    .action = Begin
gigs-work_started = Work has begun: { $title }
    .text = { $other } has begun “{ $title }” ({ $project }).
    .action = See the agreement
gigs-work_delivered = Delivered: { $title }
    .text =
        { $other } has delivered “{ $title }” ({ $project }). Please look at it and approve it, or say what is missing.

        Without an answer { $price } is paid on { $until }.
    .action = See what was delivered
gigs-project_delivered = Everything is delivered: { $title }
    .text =
        { $other } has delivered “{ $title }”, and with that all of “{ $project }”. Please look at it and approve it, or say what is missing.

        Without an answer { $price } is paid on { $until }.
    .action = See what was delivered
gigs-hours_submitted = Hours to look at: { $title }
    .text =
        { $other } has told the hours of a week for “{ $project }”. If something is wrong, please say so.

        Without an answer they are paid on { $until }.
    .action = See the hours
gigs-revision_requested = Please revise: { $title }
    .text = { $other } asks for changes to “{ $title }” ({ $project }). What is missing is written beside your delivery.
    .action = See what is missing
gigs-hours_objected = A question about your hours: { $title }
    .text = { $other } does not agree with the hours you told for “{ $project }”. Please look at them again and send them anew.
    .action = See the hours
gigs-work_approved = Approved: { $title }
    .text = { $other } has approved “{ $title }” ({ $project }). You were paid { $price }.
    .action = See the project
gigs-payment_released = You were paid: { $title }
    .text = { $price } from { $other } for “{ $title }” ({ $project }) was released to you.
    .action = See the project
gigs-payment_sent = Paid: { $title }
    .text = { $price } for “{ $title }” ({ $project }) was released to { $other }.
    .action = See the project
gigs-payment_returned = Money back: { $title }
    .text = { $back } that you had set aside for “{ $title }” ({ $project }) has been given back to you.
    .action = See the project
gigs-payment_divided = A payment was divided: { $title }
    .text = Of the payment for “{ $title }” ({ $project }) { $price } went to { $worker }, after the fee, and { $back } back to the client.
    .action = See the project
gigs-week_to_fund = A week to pay for: { $title }
    .text = A new week of “{ $project }” with { $other } has begun. Please set aside { $price }, so that work can go on. What is not worked comes back to you.
    .action = Set it aside

# Bookings

gigs-booking_made = You are booked: { $title }
    .text =
        { $has_time ->
            [yes] { $other } would like to book you for “{ $title }” on { $starts_at }, for { $price }.
           *[no] { $other } would like to book you for “{ $title }”, for { $price }.
        }

        Please say whether you take it.
    .action = Answer
gigs-booking_moved = Booking moved: { $title }
    .text =
        { $has_time ->
            [yes] { $other } has moved the booking for “{ $title }” to { $starts_at }.
           *[no] { $other } has taken the time out of the booking for “{ $title }”.
        }
    .action = See the booking
gigs-booking_confirmed = Booking confirmed: { $title }
    .text =
        { $has_time ->
            [yes] { $other } takes the booking for “{ $title }” on { $starts_at }.
           *[no] { $other } takes the booking for “{ $title }”.
        }
    .action = See the booking
gigs-booking_completed = Booking completed: { $title }
    .text = “{ $title }” is done and paid for. Tell others how it was to work with { $other }.
    .action = Write a review
gigs-booking_cancelled = Booking cancelled: { $title }
    .text =
        { $has_time ->
            [yes] The booking with { $other } for “{ $title }” on { $starts_at } was cancelled.
           *[no] The booking with { $other } for “{ $title }” was cancelled.
        }
    .action = See the booking

# Tasks and the team

gigs-task_assigned = A task for you: { $title }
    .text = { $other } has given you the task “{ $title }” of “{ $project }”.
    .action = See the task
gigs-task_submitted = Ready for your verdict: { $title }
    .text = { $other } has handed in work for the task “{ $title }” of “{ $project }”.
    .action = See what was handed in
gigs-task_reviewed =
    { $verdict ->
        [approved] Approved: { $title }
        [rejected] Not accepted: { $title }
       *[changes_requested] Changes wanted: { $title }
    }
    .text =
        { $verdict ->
            [approved] { $other } has approved your work on the task “{ $title }” of “{ $project }”.
            [rejected] { $other } has not accepted your work on the task “{ $title }” of “{ $project }”.
           *[changes_requested] { $other } asks for changes to your work on the task “{ $title }” of “{ $project }”.
        }
    .action = See the verdict
gigs-task_completed = Task done: { $title }
    .text = { $other } has completed the task “{ $title }” of “{ $project }”.
    .action = See the task
gigs-task_deleted = Task removed: { $title }
    .text = { $other } has taken the task “{ $title }” off the list of “{ $project }”.
    .action = See the tasks
gigs-task_commented = New comment: { $title }
    .text = { $other } has said something about the task “{ $title }” of “{ $project }”.
    .action = Read it
gigs-team_invited = Join the team: { $title }
    .text = { $other } asks you to join the team of “{ $title }”.
    .action = Answer
gigs-team_joined = New on the team: { $title }
    .text = { $other } has joined the team of “{ $title }”.
    .action = See the team
gigs-team_declined = Not on the team: { $title }
    .text = { $other } does not want to join the team of “{ $title }”.
    .action = See the team
gigs-team_left = Left the team: { $title }
    .text = { $other } has left the team of “{ $title }”. Their open tasks are nobody's now.
    .action = See the team
gigs-team_removed = You are off the team: { $title }
    .text = { $other } has taken you off the team of “{ $title }”.
    .action = See the project
gigs-project_news = News: { $title }
    .text = { $other } has posted news of “{ $title }”.
    .action = Read it
gigs-project_commented = New comment: { $title }
    .text = { $other } has commented on “{ $title }”.
    .action = Read it
gigs-project_paused = Paused: { $title }
    .text = { $other } has paused “{ $title }”. Nothing is lost, and you will hear when it goes on.
    .action = See the project
gigs-project_resumed = It goes on: { $title }
    .text = { $other } has taken “{ $title }” up again after a pause.
    .action = See the project

# Disputes

disputes-opened = Payment disputed: { $title }
    .text =
        The payment for “{ $title }” is disputed by the other side, and frozen until that is decided.

        { $has_until ->
            [yes] Please answer by { $until }. Without an answer support looks at it as it stands.
           *[no] Without an answer support looks at it as it stands.
        }
    .action = Answer
disputes-under_review = Dispute under review: { $title }
    .text =
        { $is_answered ->
            [yes] The payment for “{ $title }” stays frozen. The other side has answered, and support looks at the dispute now.
           *[no] The payment for “{ $title }” stays frozen. Nobody has answered in time, and support looks at the dispute now.
        }

        { $has_until ->
            [yes] It decides by { $until }.
           *[no] You will hear how it decides.
        }
    .action = See the dispute
disputes-evidence_added = New evidence in a dispute: { $title }
    .text = The other side has added evidence about the payment for “{ $title }”.
    .action = See the dispute
disputes-message_sent = Message in a dispute: { $title }
    .text = The payment for “{ $title }” is disputed, and there is a new message about it.
    .action = Read it
disputes-proposed = Proposal in a dispute: { $title }
    .text =
        The payment for “{ $title }” is disputed. { $share ->
            [all] Support proposes that everything goes to { $payee }.
            [none] Support proposes that everything is given back to who paid.
           *[part] Support proposes that { $percent } % of it goes to { $payee }, and the rest back to who paid.
        }

        If both sides accept, that is done at once.
    .action = Answer
disputes-ruled = Ruling in a dispute: { $title }
    .text =
        The payment for “{ $title }” was disputed. { $share ->
            [all] The ruling is that everything goes to { $payee }.
            [none] The ruling is that everything is given back to who paid.
           *[part] The ruling is that { $percent } % of it goes to { $payee }, and the rest back to who paid.
        }

        { $has_until ->
            [yes] It is carried out on { $until }. Until then either side may appeal, once.
           *[no] It is carried out at once.
        }
    .action = See the ruling
disputes-appealed = Appeal in a dispute: { $title }
    .text =
        The payment for “{ $title }” stays frozen: the other side appeals against the ruling.

        { $has_until ->
            [yes] Another person decides by { $until }.
           *[no] Another person decides.
        }
    .action = See the dispute
disputes-resolved = Dispute resolved: { $title }
    .text =
        The payment for “{ $title }” is no longer disputed. { $share ->
            [all] Everything goes to { $payee }.
            [none] Everything is given back to who paid.
           *[part] { $percent } % of it goes to { $payee }, and the rest back to who paid.
        }
    .action = See the outcome
disputes-rejected = Dispute rejected: { $title }
    .text =
        { $is_taken_back ->
            [yes] The payment for “{ $title }” was taken back by the payer's bank: the dispute is over.
           *[no] The payment for “{ $title }” is no longer disputed, and goes on as before.
        }
    .action = See the dispute
disputes-withdrawn = Dispute withdrawn: { $title }
    .text = The payment for “{ $title }” is no longer disputed, and goes on as before.
    .action = See the dispute
payments-chargeback_opened = Payment taken back by a bank: { $title }
    .text =
        The payment for “{ $title }” was taken back by the payer's bank.

        { $has_until ->
            [yes] Please add what shows that it was earned by { $until }: until then the bank hears us, and then it decides.
           *[no] Please add what shows that it was earned: the bank decides.
        }
    .action = Add evidence
payments-chargeback_reviewed = The bank decides: { $title }
    .text = The payment for “{ $title }” was taken back by the payer's bank, which decides now.
    .action = See the case
payments-chargeback_closed = The bank has decided: { $title }
    .text =
        The payer's bank has decided about the payment for “{ $title }”. { $share ->
            [all] Everything goes to { $payee }.
            [none] Everything is given back to who paid.
           *[part] { $percent } % of it goes to { $payee }, and the rest back to who paid.
        }
    .action = See the case

# Payments and payouts

payments-succeeded = Paid: { $title }
    .text = Thank you. Your payment of { $price } for “{ $title }” has arrived.
    .action = See the payment
payments-not_kept = Your payment goes back: { $title }
    .text = Your payment of { $price } for “{ $title }” has arrived, but too late or twice. We send all of it back to you.
    .action = See the payment
payments-failed = Payment failed: { $title }
    .text = Your payment of { $price } for “{ $title }” was refused by your bank or card. Nothing was charged. You can try again, or pay in another way.
    .action = Try again
payments-action_required = Please approve a payment: { $title }
    .text =
        Your bank wants you to approve the payment of { $price } for “{ $title }”. Please do so here:

        { $link }

        Until then it is not paid.
    .action = See the payment
payments-refunded = Money back: { $title }
    .text = { $price } of your payment for “{ $title }” is on its way back to you. Depending on your bank it arrives within a few days.
    .action = See the payment
payments-refund_failed = A refund is delayed: { $title }
    .text = We could not send { $price } for “{ $title }” back to you. You do not have to do anything: we look after it.
    .action = See the payment
payments-payout_requested = Payout on its way: { $price }
    .text = { $price } of your earnings is being sent to you.
    .action = See the payout
payments-payout_paid = Paid out: { $price }
    .text = { $price } of your earnings was sent to you. Depending on your bank it arrives within a few days.
    .action = See the payout
payments-payout_failed = Payout failed: { $price }
    .text =
        { $is_returned ->
            [yes] Your payout of { $price } came back. The money is among your earnings again.
           *[no] Your payout of { $price } could not be sent. The money is among your earnings again.
        }

        Please check where your payouts go.
    .action = Check it
payments-payout_cancelled = Payout cancelled: { $price }
    .text = Your payout of { $price } was taken back before it went out. The money is among your earnings again.
    .action = See the payout
payments-identity_checked =
    { $status ->
        [verified] You can be paid out now
       *[rejected] We could not confirm who you are
    }
    .text =
        { $status ->
            [verified] We know who you are now. From today on your earnings can be paid out.
           *[rejected] With the documents we have we could not confirm who you are. Please send them anew.
        }

        { $reason }
    .action = See your payouts
payments-destination_changed = Your earnings go somewhere else now
    .text =
        Where your payouts go was changed. The first one to the new place can leave from { $until } on.

        If that was not you: name your own account again at once, and change your password.
    .action = Check it
payments-money_waits =
    { $waiting ->
        [refund] A refund waits for you: { $price }
       *[suspense] Money nobody knows waits for you: { $price }
    }
    .text =
        { $waiting ->
            [refund] A refund of { $price } could not be sent. Its money is kept aside until somebody sends it again.
           *[suspense] { $price } belong to nothing the hall knows and are kept apart until somebody says what became of them.
        }
    .action = See it

# What the community sells

billing-subscription_started = Your { $plan } subscription has begun
    .text =
        { $is_trial ->
            [yes] You can try { $plan } for free. We tell you when the trial ends.
           *[no] Thank you. Everything that { $plan } brings is yours from now on.
        }
    .action = See your subscription
billing-subscription_renewed = Your { $plan } subscription goes on
    .text = The next month of { $plan } is paid.
    .action = See your subscription
billing-subscription_changed = You have changed to { $plan }
    .text = From now on your subscription is { $plan }.
    .action = See your subscription
billing-subscription_cancelled = Your { $plan } subscription will end
    .text = You have cancelled { $plan }. It stays yours until the end of the month you have paid for, and nothing more is charged.
    .action = See your subscription
billing-subscription_resumed = Your { $plan } subscription stays
    .text = { $plan } will not end after all.
    .action = See your subscription
billing-renewal_failed =
    { $is_last ->
        [yes] Your { $plan } subscription is about to end
       *[no] We could not charge your { $plan } subscription
    }
    .text =
        { $is_last ->
            [yes] This was the last try. Pay now if you want to keep { $plan }.
           *[no] We will try again in some days, and { $plan } stays yours until then. Please check your payment method.
        }
    .action = Check the payment method
billing-subscription_ended = Your { $plan } subscription has ended
    .text =
        { $reason ->
            [unpaid] { $plan } could not be charged again, so it has ended.
            [trial_over] The trial of { $plan } is over and no payment method was kept, so nothing was charged and it has ended.
            [refunded] { $plan } was refunded, so it has ended.
           *[charged_back] { $plan } has ended, because your bank took its price back.
        }
    .action = See the plans
billing-subscription_restored = Your { $plan } subscription is back
    .text = Your bank has given the price of { $plan } back, so all that it brings is yours again.
    .action = See your subscription
billing-invoice_issued =
    { $series ->
        [RCT] Receipt { $number }
       *[INV] Invoice { $number }
    }
    .text =
        { $series ->
            [RCT] Here is your receipt { $number } over { $price } for “{ $title }”, sold by { $seller }.
            [FEE] Here is your invoice { $number } over our fee of { $price } for “{ $title }”. It was kept back from what you earned.
           *[INV] Here is your invoice { $number } over { $price } for “{ $title }”. It is paid.
        }
    .action = Open the file
billing-credit_note_issued = Credit note { $number }
    .text = Here is your credit note { $number }: { $price } of { $corrects } for “{ $title }” has been given back.
    .action = Open the file
billing-credits_bought = { $price } for you
    .text = We have added { $price } to your wallet. Enjoy!
    .action = See your wallet
billing-boost_paid = Shown first: { $title }
    .text =
        { $days ->
            [one] From now on “{ $title }” is shown before other projects, for { $days } day.
           *[other] From now on “{ $title }” is shown before other projects, for { $days } days.
        }
    .action = See the project
billing-boost_revoked = No longer shown first: { $title }
    .text = The price of the boost of “{ $title }” went back, so it is shown like any other project again.
    .action = See the project
billing-boost_restored = Shown first again: { $title }
    .text = Your bank has given the price of the boost of “{ $title }” back, so what was left of its time runs from now on.
    .action = See the project
