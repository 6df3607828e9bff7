# Amounts
amount-credits = { $count ->
    [one] { $count } credit
   *[other] { $count } credits
}

# The frame of mails
mail-hello = Hello { $name },
mail-hello-nobody = Hello,
mail-open = Open in { $community }
mail-link = Details: { $link }
mail-sent-by = This message is from { $community }.
mail-why = Why you get this: { $reason }
mail-preferences = Choose what you are told, and how
mail-unsubscribe = No more e-mails of this kind

# Digests
digest-subject = { $count ->
    [one] One piece of news from { $community }
   *[other] { $count } pieces of news from { $community }
}
digest-intro-hourly = What happened in the last hour:
digest-intro-daily = What happened since yesterday:
digest-intro-weekly = What happened this week:
digest-more = { $count ->
    [one] And one more in your inbox.
   *[other] And { $count } more in your inbox.
}
digest-push-text = { $count ->
    [one] One notice waits for you.
   *[other] { $count } notices wait for you.
}
digest-open = Open my inbox

# Pages behind the links of mails
unsubscribe-title = No more e-mails of this kind?
unsubscribe-text = You will no longer get e-mails of the kind “{ $kind }”. In your inbox you will still see them.
unsubscribe-button = Unsubscribe
unsubscribe-done-title = Unsubscribed
unsubscribe-done-text = You get no more e-mails of this kind. You can turn them on again in your settings.
link-gone-title = This link does not work any more
link-gone-text = It may be too old. Sign in to change what you are told.

# What the categories are called
category-security = Security
category-account = Your account
category-lessons = Lessons
category-work = Projects and work
category-money = Payments and credits
category-messages = Messages
category-community = Community
category-announcements = Announcements

# Why did I get this?
why-host = You give this lesson.
why-learner = You have a place in this lesson, or asked for one.
why-owner = This project is yours.
why-client = You are the client.
why-worker = You do this work, or offered to.
why-payer = You paid.
why-payee = The money is for you.
why-staff = You decide about money here.
why-member = It concerns your account.
why-account = It concerns your account.
why-participant = You take part in this conversation.
why-side = You are one of the sides.
why-skill_match = You have a skill that this project needs.
why-connection = You are connected, or were asked to connect.
why-follower = You follow this person.
why-reviewed = The review is about you.
why-reviewer = You wrote this review.
why-invited = You were invited.
why-team = You work on this project.
why-subscriber = You have this plan.
why-audience = The team of this community sent it to members like you.
why-recipient = The team of this community sent it to you.
why-addressee = Another member did this, and it is for you.
why-other = Something that concerns you has changed.
