# People and what they do with each other. Messages whose id ends in -piece are parts of others.

# Accounts

identity-welcome = Welcome to { $community }
    .text =
        Your account is ready.

        Tell the others who you are and what you can do: a profile with a picture and a few skills is found more often, and answered more often.
    .action = Complete your profile

identity-password_changed = Your password was changed
    .text =
        The password of your account was changed on { $at }. Every other device has been signed out.

        If it was not you, choose a new password at once and tell whoever runs { $community }.

identity-new_sign_in = New sign-in to your account
    .text =
        Somebody, hopefully you, signed in to your account on { $at } { $method ->
            [password] with your password
            [google] through Google
            [github] through GitHub
           *[code] with a code sent by mail
        }, on a device we have not seen before.

        Device: { $has_device ->
            [yes] { $device }
           *[no] unknown
        }
        Address: { $has_address ->
            [yes] { $address }
           *[no] unknown
        }

        If it was not you, sign that device out in your settings and change your password.

identity-roles_changed = Your roles have changed
    .text =
        { $count ->
            [0] You hold no staff role any more.
            [one] Your staff role from now on: { $roles }.
           *[other] Your staff roles from now on: { $roles }.
        }

        If you did not expect this, ask whoever runs { $community }.

identity-account_suspended = Your account is suspended
    .text =
        Your account is suspended{ $until ->
            [given] {" "}until { $ends_at }
           *[open] {""}
        }. As long as it is, you cannot sign in, and what you had agreed to and not begun is called off.

        { people-reason-piece }

identity-account_banned = Your account is closed by { $community }
    .text =
        Your account has been banned for good. You cannot sign in any more, and what you had agreed to and not begun is called off.

        { people-reason-piece }

identity-account_restored = Your account is open again
    .text = You can sign in again and use { $community } as before. What was called off meanwhile stays called off.

identity-account_closing = Your account will be erased
    .text =
        You have closed your account. It will be erased, with everything personal in it, on { $erase_at }.

        If you change your mind, sign in before then and it stays.

people-reason-piece = { $reason ->
    [given] Reason: { $reason_text }
   *[none] {""}
}

# Profiles, credits, skills

profiles-verification_decided = { $decision ->
    [approved] Your profile is verified
   *[rejected] Your profile is not verified
}
    .text =
        { $decision ->
            [approved] We have checked that “{ $profile }” is who it says, and others see it on your profile from now on.
           *[rejected] We could not verify the profile “{ $profile }”. You may ask again with other documents.
        }

        { people-reason-piece }
    .action = Open your profile

ledger-gift_given = { $other } has given you { $price }
    .text = { $other } has given you { $price }. You find the gift in your wallet.
    .action = Open your wallet

ledger-credits_adjusted = { $change ->
    [added] Added to your wallet: { $price }
   *[taken] Taken from your wallet: { $price }
}
    .text = { $change ->
        [added] The staff of { $community } has added { $price } to your wallet.
       *[taken] The staff of { $community } has taken { $price } from your wallet. If you do not know why, ask.
    }
    .action = Open your wallet

skills-proposal_decided = { $decision ->
    [approved] In the catalogue now: { $skill }
    [merged] In the catalogue already: { $skill }
   *[rejected] Not taken into the catalogue: { $skill }
}
    .text =
        { $decision ->
            [approved] The skill “{ $skill }” that you proposed is in the catalogue now. Thank you.
            [merged] The skill “{ $skill }” that you proposed is in the catalogue as “{ $into }”, so the two are one now.
           *[rejected] The skill “{ $skill }” that you proposed was not taken into the catalogue.
        }

        { people-reason-piece }
    .action = See the skill

skills-goal_reached = Goal reached: { $skill }
    .text = You have come up to the goal you set yourself in { $skill }. Well done. What is next?
    .action = Set the next goal

skills-member_skill_verified = Your skill is verified: { $skill }
    .text = We have checked your skill { $skill }. Others see on your profile that it is confirmed.
    .action = Open your skills

skills-verification_rejected = Your skill is not verified: { $skill }
    .text =
        We could not confirm your skill { $skill }. You may ask again with other evidence.

        { people-reason-piece }
    .action = Open your skills

# Connections and messages

connections-requested = { $other } would like to connect
    .text = { $other } asks you to connect. You decide; nobody is told when you say no.
    .action = Answer

connections-accepted = You are connected with { $other }
    .text = { $other } has said yes: you are connected now.
    .action = Open the profile

connections-followed = { $other } follows you
    .text = { $other } follows you from now on and sees what you publish.
    .action = Open the profile

messaging-message_received = { $kind ->
    [direct] New message from { $other }
   *[group] New message in “{ $title }”
}
    .text = { $kind ->
        [direct] { $other } has written to you.
       *[group] { $other } has written in “{ $title }”.
    }
    .action = Read and answer

# Lessons

learning-lesson-piece = “{ $title }”{ $others ->
    [0] {""}
    [1] {" "}with { $other }
   *[other] {" "}with { $others } learners
}
learning-when-piece = When: { $starts_at }
learning-held-piece = { $paid ->
    [none] {""}
   *[other] {" "}Set aside for it: { $price }.
}
learning-returned-piece = { $paid ->
    [none] {""}
    [money] {" "}On its way back to you: { $price }.
   *[credits] {" "}Given back to you: { $price }.
}

learning-session_requested = Lesson requested: { $title }
    .text =
        { $reader ->
            [host] { $other } would like to book “{ $title }”.
           *[learner] Your request for “{ $title }” is with { $other }.{ $paid ->
                [none] {""}
               *[other] {" "}Set aside until { $other } answers: { $price }.
            }
        }

        { learning-when-piece }
        { $deadline ->
            [given] Please answer by: { $until }
           *[none] {""}
        }
    .action = { $reader ->
        [host] Answer the request
       *[learner] Open the request
    }

learning-session_scheduled = Lesson confirmed: { $title }
    .text =
        { learning-lesson-piece } is confirmed.

        { learning-when-piece }
    .action = Open the lesson

learning-session_declined = Lesson declined: { $title }
    .text =
        { $other } cannot take “{ $title }” on { $starts_at }.{ learning-returned-piece }

        { people-reason-piece }
    .action = Open the lesson

learning-session_expired = Lesson request expired: { $title }
    .text = { $group ->
        [yes] Nobody had a seat in “{ $title }” on { $starts_at }, so it did not take place.
       *[no] The request for “{ $title }” on { $starts_at } was not answered in time.{ learning-returned-piece }
    }
    .action = Open the lesson

learning-session_cancelled = Lesson cancelled: { $title }
    .text =
        { learning-lesson-piece } on { $starts_at } is cancelled.{ $because ->
            [reclaimed] {" "}The payment for it was taken back.
            [suspended] {" "}One of the accounts is suspended.
            [interrupted] {" "}No new time was agreed after it broke off.
           *[other] {""}
        }

        { people-reason-piece }
    .action = Open the lesson

learning-session_rescheduled = Lesson moved: { $title }
    .text =
        { learning-lesson-piece } has moved from { $from_starts_at }.

        New time: { $starts_at }

        { $group ->
            [yes] If you cannot come then, you may leave for nothing until the start.
           *[no] {""}
        }
    .action = Open the lesson

learning-reschedule_proposed = Another time proposed: { $title }
    .text =
        { $other } would like to move “{ $title }” from { $starts_at }.

        New time: { $proposed_starts_at }
        Please answer by: { $until }
    .action = Answer the proposal

learning-reschedule_declined = Lesson not moved: { $title }
    .text =
        { learning-lesson-piece } is not moved.

        { learning-when-piece }
    .action = Open the lesson

learning-host_missed_session = Lesson missed: { $title }
    .text = { $reader ->
        [host] You did not come to { learning-lesson-piece } on { $starts_at }. What the learner had set aside has been given back.
       *[learner] { $other } did not come to “{ $title }” on { $starts_at }. We are sorry.{ learning-returned-piece }
    }
    .action = Open the lesson

learning-reminder_due = Reminder: { $title }
    .text =
        { learning-lesson-piece } is near.

        { learning-when-piece }
    .action = Open the lesson

learning-session_started = Lesson begun: { $title }
    .text = { learning-lesson-piece } has begun. You are expected.
    .action = Come in

learning-session_interrupted = Lesson interrupted: { $title }
    .text = { learning-lesson-piece } broke off.{ $deadline ->
        [given] {" "}Until { $until } you can agree on another time.
       *[none] {""}
    }
    .action = Agree on another time

learning-session_completed = Lesson over: { $title }
    .text = { learning-lesson-piece } is over. Say how it was: a review helps everybody who comes after.
    .action = Write a review

learning-seat_taken = Seat taken: { $title }
    .text =
        You have a seat in { learning-lesson-piece }.{ learning-held-piece }

        { learning-when-piece }
    .action = Open the lesson

learning-seat_promoted = You have a seat: { $title }
    .text =
        A seat came free in { learning-lesson-piece }, and it is yours.{ learning-held-piece }

        { learning-when-piece }
    .action = Open the lesson

learning-seat_offered = A seat is kept for you: { $title }
    .text =
        A seat came free in { learning-lesson-piece }, and is kept for you.{ $paid ->
            [none] {""}
            [money] {" "}It costs { $price }, to be paid when you take it.
           *[credits] {" "}It costs { $price }.
        }

        { learning-when-piece }
        { $deadline ->
            [given] Take it by: { $until }
           *[none] {""}
        }
    .action = Take the seat

learning-seat_left = No seat: { $title }
    .text = { $left_as ->
        [busy] { learning-lesson-piece } has moved to { $starts_at }, when you have something else, so you are no longer in it.{ learning-returned-piece }
        [unpaid] Your payment for { learning-lesson-piece } on { $starts_at } did not come in time, so your place is free again. Money that still arrives is sent back.
        [reclaimed] Your payment for { learning-lesson-piece } on { $starts_at } was taken back, so you are no longer in it.
        [lapsed] You have not taken the seat kept for you in { learning-lesson-piece } on { $starts_at }. It goes to the next in line.
       *[unfilled] No seat came free for you in { learning-lesson-piece } on { $starts_at }. Nothing was charged.
    }
    .action = Open the lesson

learning-seat_settled = Earned: { $price }
    .text = Paid to you for “{ $title }”: { $price }.
    .action = Open your wallet

learning-seat_refunded = Returned: { $price }
    .text = Returned to you for “{ $title }”: { $price }.
    .action = Open the lesson

learning-material_added = New material: { $title }
    .text = { $other } has added material to “{ $title }”.
    .action = See the material

learning-recording_added = New recording: { $title }
    .text = { $other } has added a recording of “{ $title }”.
    .action = See the recording

# Reviews

reviews-written = { $other } has reviewed you
    .text =
        { $other } has written a review { $kind ->
            [session] of your lesson
            [booking] of your booking
           *[project] of your project
        }. You can read it as soon as you have written yours, and on { $reveal_at } at the latest.
    .action = Write your review

reviews-revealed = { $rating ->
    [one] { $other } gave you one star
   *[other] { $other } gave you { $rating } stars
}
    .text =
        The review by { $other } { $kind ->
            [session] of your lesson
            [booking] of your booking
           *[project] of your project
        } is public now. You may reply to it once.
    .action = Read the review

reviews-answered = { $other } has answered your review
    .text =
        { $other } has replied to what you wrote { $kind ->
            [session] about the lesson
            [booking] about the booking
           *[project] about the project
        }.
    .action = Read the reply

reviews-skill_endorsed = { $other } vouches for your skill: { $skill }
    .text = { $other } has worked with you and vouches for your skill { $skill }. Others see it on your profile.
    .action = Open your profile
